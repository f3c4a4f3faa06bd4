/** The bytes of an IP address as URLs write it, without brackets; undefined of a name. */
export function ipBytes(host: string): Uint8Array | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) {
    const parts = host.split(".").map(Number);
    return parts.every((part) => part < 256) ? new Uint8Array(parts) : undefined;
  }
  if (!host.includes(":") || !URL.canParse(`tcp://[${host}]`)) return undefined;
  // Written by the URL there is no IPv4 at the end, and "::" stands once at most.
  const [head = "", tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
  const first = groups(head);
  const last = groups(tail ?? "");
  const all = [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
  return new Uint8Array(all.flatMap((group) => [group >> 8, group & 255]));
}
