package dev.weft.fabric.stage;

import dev.weft.stages.spi.AsyncStage;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.ShapeCheck;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs one instance of a stage and holds both sides to the signature: what goes in is checked
 * before, what comes out after, and whatever is thrown becomes a value.
 */
public final class StageRunner {

  /** What a run led to. */
  public sealed interface Outcome {
    /** Lets go of what nobody wants any more. */
    default void close() {}
  }

  /** Outputs in the order of the signature; the receiver owns them. */
  public record Ran(List<Tensor> outputs) implements Outcome {
    @Override
    public void close() {
      outputs.forEach(Tensor::close);
    }
  }

  public record Failed(ErrorCode code, String message) implements Outcome {}

  /** A frame as a stage sees it: with memory from the stage's own share. */
  private record OfStage(RunContext frame, TensorAllocator tensors) implements RunContext {

    @Override
    public Cancellation cancellation() {
      return frame.cancellation();
    }

    @Override
    public Instant admittedAt() {
      return frame.admittedAt();
    }

    @Override
    public long seed() {
      return frame.seed();
    }
  }

  private final String name;
  private final Stage stage;
  private final Signature signature;
  private final TensorAllocator tensors;

  /**
   * @param name of the stage, for messages
   * @param signature what the manifest declares
   * @param tensors memory for what the stage gives
   */
  StageRunner(String name, Stage stage, Signature signature, TensorAllocator tensors) {
    this.name = name;
    this.stage = stage;
    this.signature = signature;
    this.tensors = tensors;
  }

  /**
   * Starts a run of {@code elsewhere}, which is the stage.
   *
   * @param ended is told the outcome once, on any thread
   */
  void start(
      AsyncStage elsewhere, RunContext context, List<Tensor> inputs, Consumer<Outcome> ended) {
    var check = new ShapeCheck();
    var problem = inputProblem(check, inputs);
    if (problem.isPresent()) {
      ended.accept(problem.get());
      return;
    }
    var completion = new Once(check, ended);
    try {
      elsewhere.start(context, inputs, completion);
    } catch (Exception | Error e) {
      // A stage is foreign code: its promise not to throw is not relied on.
      completion.end(new Failed(ErrorCode.STAGE_FAILED, "stage '%s': %s".formatted(name, e)));
    }
  }

  /** Where a run elsewhere ends: the first end counts, whatever the stage does. */
  private final class Once implements AsyncStage.Completion {

    private final ShapeCheck check;
    private final Consumer<Outcome> ended;
    private final AtomicBoolean hasEnded = new AtomicBoolean();

    Once(ShapeCheck check, Consumer<Outcome> ended) {
      this.check = check;
      this.ended = ended;
    }

    @Override
    public void completed(List<Tensor> outputs) {
      Outcome outcome;
      try {
        outcome = checked(check, outputs);
      } catch (RuntimeException e) {
        outcome = new Failed(ErrorCode.STAGE_BROKE_CONTRACT, "stage '%s': %s".formatted(name, e));
      }
      end(outcome);
    }

    @Override
    public void failed(StageException why) {
      end(failure(why));
    }

    void end(Outcome outcome) {
      if (hasEnded.compareAndSet(false, true)) {
        ended.accept(outcome);
      } else {
        outcome.close();
      }
    }
  }

  /** What a run of the stage leads to; never throws. */
  public Outcome run(RunContext context, List<Tensor> inputs) {
    var check = new ShapeCheck();
    var problem = inputProblem(check, inputs);
    if (problem.isPresent()) {
      return problem.get();
    }
    try {
      return checked(check, stage.run(new OfStage(context, tensors), inputs));
    } catch (StageException e) {
      return failure(e);
    } catch (TensorMemoryException e) {
      return new Failed(ErrorCode.OUT_OF_MEMORY, "stage '%s': %s".formatted(name, e.getMessage()));
    } catch (OutOfMemoryError e) {
      return new Failed(ErrorCode.OUT_OF_MEMORY, "stage '%s': %s".formatted(name, e));
    } catch (Exception | Error e) {
      // A stage is foreign code, in languages without checked exceptions too: whatever it throws
      // costs one frame, never the loop.
      return new Failed(ErrorCode.STAGE_FAILED, "stage '%s': %s".formatted(name, e));
    }
  }

  private Optional<Failed> inputProblem(ShapeCheck check, List<Tensor> inputs) {
    return check
        .problem(signature.inputs(), inputs)
        .map(
            problem ->
                new Failed(
                    ErrorCode.INVALID_INPUT, "stage '%s': input %s".formatted(name, problem)));
  }

  private Outcome checked(ShapeCheck check, List<Tensor> outputs) {
    var broken = check.problem(signature.outputs(), outputs);
    if (broken.isEmpty()) {
      return new Ran(outputs);
    }
    outputs.forEach(Tensor::close);
    return new Failed(
        ErrorCode.STAGE_BROKE_CONTRACT, "stage '%s': output %s".formatted(name, broken.get()));
  }

  private Failed failure(StageException why) {
    return new Failed(why.code(), "stage '%s': %s".formatted(name, why.getMessage()));
  }
}
