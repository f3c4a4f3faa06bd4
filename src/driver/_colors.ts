interface Globals {
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly stdout?: { readonly isTTY?: boolean };
  };
  readonly Deno?: { readonly noColor: boolean };
}

/** Whether who reads what a program prints is at a terminal, and wants colours: https://no-color.org */
export function colorsWanted(globals: object): boolean {
  const { process, Deno }: Globals = globals;
  if (process?.stdout?.isTTY !== true) return false;
  // Of Deno's environment a program may only see what it is permitted to; this it may.
  return Deno === undefined ? !process.env?.NO_COLOR : !Deno.noColor;
}
