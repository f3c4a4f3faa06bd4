import type { Untyped, UntypedGet } from "./entry.ts";

/** What games made with Discord's Social SDK have: lobbies and provisional accounts. */
export interface SocialSdkRoutes {
  "POST /lobbies": Untyped;
  "PUT /lobbies": Untyped;
  "GET /lobbies/{lobby.id}": UntypedGet;
  "PATCH /lobbies/{lobby.id}": Untyped;
  "DELETE /lobbies/{lobby.id}": Untyped;
  "PATCH /lobbies/{lobby.id}/channel-linking": Untyped;
  "PUT /lobbies/{lobby.id}/members/{user.id}": Untyped;
  "DELETE /lobbies/{lobby.id}/members/{user.id}": Untyped;
  "DELETE /lobbies/{lobby.id}/members/@me": Untyped;
  "POST /lobbies/{lobby.id}/members/bulk": Untyped;
  "POST /lobbies/{lobby.id}/members/@me/invites": Untyped;
  "POST /lobbies/{lobby.id}/members/{user.id}/invites": Untyped;
  "GET /lobbies/{lobby.id}/messages": UntypedGet;
  "POST /lobbies/{lobby.id}/messages": Untyped;
  "PUT /lobbies/{lobby.id}/messages/{message.id}/moderation-metadata": Untyped;
  "PUT /partner-sdk/dms/{user_id_1}/{user_id_2}/messages/{message.id}/moderation-metadata": Untyped;
  "POST /partner-sdk/provisional-accounts/unmerge": Untyped;
  "POST /partner-sdk/provisional-accounts/unmerge/bot": Untyped;
  "POST /partner-sdk/token": Untyped;
  "POST /partner-sdk/token/bot": Untyped;
}
