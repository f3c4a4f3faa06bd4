/**
 * What a term begins with. Numbers by themselves, for to look into an object at every term takes several times as long.
 *
 * Source: Erlang, "External Term Format".
 *
 * @module
 */
export const NEW_FLOAT = 70;
export const COMPRESSED = 80;
export const SMALL_INTEGER = 97;
export const INTEGER = 98;
export const FLOAT = 99;
export const ATOM = 100;
export const SMALL_TUPLE = 104;
export const LARGE_TUPLE = 105;
export const NIL = 106;
export const STRING = 107;
export const LIST = 108;
export const BINARY = 109;
export const SMALL_BIG = 110;
export const LARGE_BIG = 111;
export const SMALL_ATOM = 115;
export const MAP = 116;
export const ATOM_UTF8 = 118;
export const SMALL_ATOM_UTF8 = 119;
