// What `deno test` runs where no file is named: the suite wants more than one runtime, and some of its files be alone.
Deno.test("deno test: is given a file", () => {
  throw new Error(
    "Run `deno task test` for the whole suite, or name files, as in `deno test -A tests/irc/wire/event_test.ts`",
  );
});
