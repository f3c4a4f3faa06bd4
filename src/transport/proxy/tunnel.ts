/** What opens a way through a proxy: what is sent and what the answers mean, without a connection. */
export interface Tunnel {
  /** What is sent as soon as there is a connection to the proxy. */
  readonly hello: Uint8Array;
  /** Reads what came and was not taken yet; undefined while it is not whole. Never throws. */
  read(bytes: Uint8Array): TunnelStep | undefined;
}

/** What an answer came to, and how many bytes of it were taken: what is behind them comes from the server. */
export type TunnelStep =
  | { readonly kind: "send"; readonly bytes: Uint8Array; readonly size: number }
  | { readonly kind: "open"; readonly size: number }
  /** `status` is the proxy's own: of HTTP, or a reply of SOCKS5. */
  | { readonly kind: "refused"; readonly reason: string; readonly status?: number };

/** Where the tunnel is to lead. */
export interface Target {
  /** A name, which is the proxy's to resolve, or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Whether TLS is to be spoken there: then nobody says anything there before us. */
  readonly secure: boolean;
}
