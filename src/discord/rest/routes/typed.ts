import type { ReactionEmoji } from "./path.ts";
import type { DiscordRoutes } from "./table/routes.ts";

/** A route as Discord's documentation writes it, such as `GET /channels/{channel.id}`. */
export type DiscordRoute = keyof DiscordRoutes;

type NamesIn<Route> = Route extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

type ParameterOf<Route, Name> = Name extends "emoji.id"
  ? Route extends `${string}/reactions/{emoji.id}${string}` ? ReactionEmoji : string
  : Name extends "answer_id" ? number
  : string;

/** What the path of a route is made with, by the names that the route gives them. */
export type RouteParams<Route extends DiscordRoute> = {
  readonly [Name in NamesIn<Route>]: ParameterOf<Route, Name>;
};

/** What of a request differs from route to route. */
type Part = "params" | "query" | "body" | "files" | "reason";

type ParamsPart<Route extends DiscordRoute> = NamesIn<Route> extends never ? unknown
  : { readonly params: RouteParams<Route> };

/** The same query, of which what is undefined is left out. */
type Loose<Query> = {
  readonly [Name in keyof Query]: Record<never, never> extends Pick<Query, Name> ? Query[Name] | undefined
    : Query[Name];
};

type TypedParts<Route extends DiscordRoute> = ParamsPart<Route> & TypedFields<DiscordRoutes[Route]>;

type TypedFields<Entry> = {
  readonly [Name in keyof Entry as Name extends "result" ? never : Name]: Name extends "query"
    ? Loose<Entry[Name]>
    : Entry[Name];
};

/** What a route takes: `params`, `query`, `body`, `files` and `reason`, where it has them, and nothing else. */
export type RouteParts<Route extends DiscordRoute> =
  & TypedParts<Route>
  & { readonly [Name in Exclude<Part, keyof TypedParts<Route>>]?: undefined };

/** What a route answers; `undefined` for a 204. */
export type RouteResult<Route extends DiscordRoute> = DiscordRoutes[Route]["result"];
