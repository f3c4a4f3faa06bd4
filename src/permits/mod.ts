/**
 * Limits that several processes share, kept by one of them and asked for over HTTP. Where there is a NATS, `./nats`
 * keeps them without one that must stay up.
 *
 * @module
 */
export { HttpPermits, type HttpPermitsOptions } from "./http_permits.ts";
export { permitServer, type PermitServerOptions } from "./permit_server.ts";
