package dev.weft.stages.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs one ONNX model. Threadsafe: one session serves any number of callers.
 *
 * <p>Inputs are read where they lie and outputs whose shape follows from the inputs' are written
 * straight into leased memory; what the model alone sizes is copied once, out of the runtime's
 * memory. Byte strings are copied both ways.
 */
final class OnnxStage implements Stage {

  private final OnnxModel model;
  private final OnnxPlan plan;
  private final OrtTensors tensors;
  private final WarmUp warmUp;
  private final ConcurrentLinkedQueue<RunSlot> slots = new ConcurrentLinkedQueue<>();
  private boolean closed;

  OnnxStage(OnnxModel model, OnnxPlan plan, OrtTensors tensors, WarmUp warmUp) {
    this.model = model;
    this.plan = plan;
    this.tensors = tensors;
    this.warmUp = warmUp;
  }

  @Override
  public Signature signature() {
    return plan.declared();
  }

  @Override
  public boolean endsSoon() {
    return true;
  }

  @Override
  public void prepare(RunContext context) {
    warmUp.run(this, context);
  }

  @Override
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    plan.check(inputs, model.file());
    var outputs = new Tensor[plan.products().length];
    var slot = takeSlot();
    try {
      slot.begin(context.cancellation());
      if (plan.isRecurrent()) {
        new RowLoop(model.file(), plan, tensors, slot, context, inputs, outputs).run();
      } else {
        runOnce(slot, context, inputs, outputs);
      }
      return List.of(outputs);
    } catch (OrtException e) {
      closeAll(outputs);
      throw failure(e, context.cancellation());
    } catch (RuntimeException e) {
      closeAll(outputs);
      throw e;
    } finally {
      slot.end();
      slots.add(slot);
    }
  }

  /**
   * Size of the model's file and of the files its weights are in. A floor: what the runtime holds
   * beyond it (repacked weights, its arena) its Java API does not tell; measured, the whole was 1.0
   * to 3.0 times this.
   */
  @Override
  public long nativeBytes() {
    return model.file().bytes();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (var slot = slots.poll(); slot != null; slot = slots.poll()) {
      slot.close();
    }
    for (var feed : plan.feeds()) {
      if (feed instanceof Feed.Constant(_, var value)) {
        value.close();
      }
    }
    model.close();
  }

  ModelFile file() {
    return model.file();
  }

  private void runOnce(RunSlot slot, RunContext context, List<Tensor> inputs, Tensor[] outputs)
      throws OrtException {
    for (var feed : plan.feeds()) {
      if (feed instanceof Feed.Given given) {
        slot.feed(given.name(), tensors.wrap(inputs.get(given.input())));
      }
    }
    var products = plan.products();
    for (var i = 0; i < products.length; i++) {
      var product = products[i];
      if (product.isPinned()) {
        var output =
            context.tensors().allocate(product.declared().datatype(), product.shape(inputs));
        outputs[i] = output;
        slot.pin(product.name(), tensors.wrap(output));
      }
    }
    try (var result = slot.run(plan.requested())) {
      if (!plan.requested().isEmpty()) {
        copyRequested(result, slot.pinnedCount(), context, inputs, outputs);
      }
    }
  }

  private void copyRequested(
      OrtSession.Result result,
      int first,
      RunContext context,
      List<Tensor> inputs,
      Tensor[] outputs)
      throws OrtException {
    var next = first;
    for (var i = 0; i < outputs.length; i++) {
      var product = plan.products()[i];
      if (product.isPinned()) {
        continue;
      }
      var value = OrtTensors.dense(result.get(next++), product, model.file());
      var output = tensors.copyOf(value, product.declared().datatype(), context.tensors());
      outputs[i] = output;
      if (!product.allows(output.shape(), inputs)) {
        throw new StageException(
            ErrorCode.STAGE_BROKE_CONTRACT,
            "model %s: output '%s' is %s (expected: %s%s)"
                .formatted(
                    model.file().path(),
                    product.declared().name(),
                    output,
                    product.declared().datatype(),
                    product.declared().shape()));
      }
    }
  }

  private RunSlot takeSlot() {
    var slot = slots.poll();
    return slot == null ? new RunSlot(model.session(), plan.feeds()) : slot;
  }

  private static void closeAll(Tensor[] outputs) {
    for (var output : outputs) {
      // Outputs are filled in as they come; those after a failure are still missing.
      if (output != null) {
        output.close();
      }
    }
  }

  private StageException failure(OrtException e, Cancellation cancellation) {
    var said = String.valueOf(e.getMessage()).strip();
    if (cancellation.isCancelled() && said.contains("terminate flag")) {
      return new StageException(
          ErrorCode.CANCELLED,
          "model %s: cancelled while it ran".formatted(model.file().path()),
          e);
    }
    var code = ErrorCode.STAGE_FAILED;
    if (said.contains("pre-allocated") || said.contains("shape verification failed")) {
      code = ErrorCode.STAGE_BROKE_CONTRACT;
    } else if (said.contains("Got invalid dimensions") || said.contains("Unexpected input data")) {
      code = ErrorCode.INVALID_INPUT;
    } else if (said.contains("Failed to allocate memory") || said.contains("bad_alloc")) {
      code = ErrorCode.OUT_OF_MEMORY;
    }
    return new StageException(code, "model %s: %s".formatted(model.file().path(), said), e);
  }
}
