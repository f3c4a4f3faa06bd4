export default {
  build: {
    outDir: "by-vite",
    lib: { entry: "page.mjs", formats: ["es"], fileName: () => "page.js" },
  },
};
