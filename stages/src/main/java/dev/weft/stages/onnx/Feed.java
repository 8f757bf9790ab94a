package dev.weft.stages.onnx;

import ai.onnxruntime.OnnxTensor;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;

/** Where the value of one model input comes from; {@code name} is the model's. */
sealed interface Feed {

  String name();

  /** The stage's input at {@code input}, whole. */
  record Given(String name, int input, TensorSpec declared) implements Feed {}

  /** One row of the stage's input at {@code input} per model run, first axis kept as 1. */
  record Row(String name, int input, TensorSpec declared) implements Feed {}

  /** What {@code output} gave in the row before; zero for the first. */
  record Carried(String name, String output, Datatype datatype, Shape shape) implements Feed {}

  /** The same value in every run; open for as long as the stage. */
  record Constant(String name, OnnxTensor value) implements Feed {}
}
