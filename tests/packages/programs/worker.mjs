// A worker that uses the features that a request names; answers what came of each.
import { use } from "./features.mjs";

export default {
  async fetch(request, env) {
    return Response.json(await use(new URL(request.url).searchParams.getAll("feature"), env));
  },
};
