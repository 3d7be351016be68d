/** The console's layers: app arranges features; features are islands; api and time know nobody. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-rings",
      severity: "error",
      comment: "Two files that need each other are one file, or a third is missing.",
      from: {},
      to: { circular: true },
    },
    {
      name: "features-are-islands",
      severity: "error",
      comment: "A feature never imports another; app/ joins them with props.",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/([^/]+)/", pathNot: "^src/features/$1/" },
    },
    {
      name: "only-app-arranges",
      severity: "error",
      from: { pathNot: "^src/app/" },
      to: { path: "^src/app/" },
    },
    {
      name: "components-know-no-feature",
      severity: "error",
      comment: "Components get what they show as props; they know neither a feature nor the API.",
      from: { path: "^src/components/" },
      to: { path: "^src/(features|api)/" },
    },
    {
      name: "api-knows-nobody",
      severity: "error",
      from: { path: "^src/api/" },
      to: { path: "^src/", pathNot: "^src/api/" },
    },
    {
      name: "time-is-pure",
      severity: "error",
      comment: "Dates are computed from arguments alone: no React, no request, no library.",
      from: { path: "^src/time/", pathNot: "[.]test[.]ts$" },
      to: { pathNot: "^src/time/" },
    },
    {
      name: "proof-is-pure",
      severity: "error",
      comment: "What is proved follows from bytes alone: no React, no request, no library.",
      from: { path: "^src/proof/", pathNot: "[.]test[.]ts$" },
      to: { pathNot: "^src/proof/" },
    },
    {
      name: "nothing-undeclared",
      severity: "error",
      from: { path: "^src" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"] },
    },
    {
      name: "no-dev-tools-in-the-page",
      severity: "error",
      from: { path: "^src", pathNot: "[.]test[.]ts$" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: "([.]d[.]ts|[.]css|[.]test[.]ts)$" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default"] },
  },
};
