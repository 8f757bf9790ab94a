package dev.weft.client;

import dev.weft.client.binding.RecordType;
import dev.weft.client.tensor.ModelSignature;

/**
 * A model whose inputs and outputs are records; what they lack of its signature was found before
 * the first request.
 *
 * @param <I> a record with a component for each input
 * @param <O> a record with a component for each output that is wanted
 */
public final class Model<I, O> {

  private final WeftClient client;
  private final String name;
  private final ModelSignature signature;
  private final RecordType<I> inputs;
  private final RecordType<O> outputs;

  Model(
      WeftClient client,
      String name,
      ModelSignature signature,
      RecordType<I> inputs,
      RecordType<O> outputs) {
    this.client = client;
    this.name = name;
    this.signature = signature;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** What the model took and gave when it was looked up. */
  public ModelSignature signature() {
    return signature;
  }

  /** As {@link #answer}, on {@link Terms#DEFAULT}, and of the answer the value. */
  public O infer(I input) {
    return infer(input, Terms.DEFAULT);
  }

  /** As {@link #answer}, and of the answer the value. */
  public O infer(I input, Terms terms) {
    return answer(input, terms).value();
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws IllegalArgumentException if a value does not fit the model's shape
   * @throws InferenceException if there is no answer
   */
  public Answer<O> answer(I input, Terms terms) {
    var tensors = inputs.tensors(input, signature.inputs());
    var answer = client.infer(name, tensors, outputs.names(), terms);
    try {
      return answer.with(outputs.value(answer.value()));
    } catch (IllegalArgumentException e) {
      throw new InferenceException(
          InferenceException.BAD_ANSWER, "model '%s': %s".formatted(name, e.getMessage()), e);
    }
  }
}
