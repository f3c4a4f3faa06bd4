/** Text from outside as it stands in the message of an error: in quotes, and no longer than a glance. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
