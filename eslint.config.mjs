import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["client/out/", "dist/", "node_modules/", ".cache/", "**/fixtures/"] },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  {
    // `node:test` returns promises that its own runner awaits.
    files: ["tests/client/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
  {
    // Test runners report on the terminal.
    files: ["tests/e2e/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    files: ["**/*.mjs"],
    extends: [tseslint.configs.base],
    rules: { "no-undef": "off", eqeqeq: "error", "prefer-const": "error", "no-var": "error" },
  },
);
