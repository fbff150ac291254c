/** Whoever serves Ingress and Route objects; no Kubernetes name has braces. */
export const controllerName = '{ingress-controller}';
