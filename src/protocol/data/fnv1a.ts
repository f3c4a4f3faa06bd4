/** FNV-1a of a text by its code units: 32 bits, 0 or above. It tells texts apart, and hides nothing. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
