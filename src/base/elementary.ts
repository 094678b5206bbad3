/**
 * Elementary functions whose bits do not depend on the JavaScript engine. Everything that enters a trace hash, a search decision or a baseline uses these; a lint rule keeps
 * Math.exp and its like out of the simulation rooms. Math.sqrt, Math.abs, Math.floor and the four operations are exact by IEEE 754 and stay as they are.
 */
export { asinh, cos, exp, expm1, log, log1p, pow, sin, sinh, tanh } from '#vendor/elementary';
