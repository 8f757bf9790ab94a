/** Runs ONNX models; the only package that knows ONNX Runtime. */
@NullMarked
package dev.weft.stages.onnx;

import org.jspecify.annotations.NullMarked;
