/** HDF5 in WebAssembly. The build puts split-h5wasm.mjs's copy in the place of this file: the same library with its binary in a file beside it. */
export { default } from 'h5wasm';
