/** Elementary functions in pure JavaScript, bundled into one file: the same bits on every engine and machine, which JavaScript's own Math does not promise. */
export { default as asinh } from '@stdlib/math-base-special-asinh';
export { default as cos } from '@stdlib/math-base-special-cos';
export { default as exp } from '@stdlib/math-base-special-exp';
export { default as expm1 } from '@stdlib/math-base-special-expm1';
export { default as log } from '@stdlib/math-base-special-ln';
export { default as log1p } from '@stdlib/math-base-special-log1p';
export { default as pow } from '@stdlib/math-base-special-pow';
export { default as sin } from '@stdlib/math-base-special-sin';
export { default as sinh } from '@stdlib/math-base-special-sinh';
export { default as tanh } from '@stdlib/math-base-special-tanh';
