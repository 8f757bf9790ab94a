package dev.weft.stages.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The checker is checked with stages that each break one promise. */
class StageContractTest {

  private static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n")),
          List.of(TensorSpec.of("y", Datatype.FP32, "n")));

  /** What a stage does with its context and inputs. */
  private interface Behaviour {
    List<Tensor> run(RunContext context, List<Tensor> inputs);
  }

  @Test
  void acceptsAStageThatHandsItsInputOn() {
    contract((_, inputs) -> List.of(inputs.getFirst().retain())).check();
  }

  @Test
  void acceptsAStageThatMakesItsOutput() {
    contract((context, inputs) -> List.of(copy(context, inputs.getFirst()))).check();
  }

  @Test
  void namesTheSiteOfALeak() {
    assertBroken(
        "namesTheSiteOfALeak",
        (context, inputs) -> {
          copy(context, inputs.getFirst());
          return List.of(inputs.getFirst().retain());
        });
  }

  @Test
  void noticesAWrongShape() {
    assertBroken(
        "outputs: 'y': FP32[3] (expected: FP32[n], n = 2)",
        (context, _) -> List.of(context.tensors().floats(Shape.of(3), 1, 2, 3)));
  }

  @Test
  void noticesAChangedInput() {
    assertBroken(
        "input 0: byte 6 changed by run",
        (context, inputs) -> {
          inputs.getFirst().buffer().putFloat(4, 3);
          return List.of(copy(context, inputs.getFirst()));
        });
  }

  @Test
  void noticesAClosedInput() {
    assertBroken("input 0: closed by run", (_, inputs) -> List.of(closedAfterCopy(inputs)));
  }

  @Test
  void noticesAnInputGivenOutWithoutALeaseOfItsOwn() {
    assertBroken("lost its lease", (_, inputs) -> List.of(inputs.getFirst()));
  }

  @Test
  void noticesResultsThatDifferFromRunToRun() {
    var runs = new AtomicInteger();
    assertBroken(
        "outputs differ",
        (context, _) ->
            List.of(context.tensors().floats(Shape.of(2), runs.get(), runs.addAndGet(1))));
  }

  @Test
  void noticesALeakWhenMemoryRunsOut() {
    assertBroken(
        "run without memory for tensor 2 leaks",
        (context, inputs) -> {
          var first = copy(context, inputs.getFirst());
          var second = copy(context, inputs.getFirst());
          first.close();
          return List.of(second);
        });
  }

  @Test
  void noticesBadInputThatIsAccepted() {
    var contract = contract((_, inputs) -> List.of(inputs.getFirst().retain()));
    var error =
        assertThrows(
            AssertionError.class,
            () -> contract.checkRefuses(pool -> List.of(pool.floats(Shape.of(1), Float.NaN))));
    assertTrue(error.toString().contains("accepted"), error.toString());
  }

  @Test
  void takesAnyStageExceptionAsARefusal() {
    var refusal =
        contract(
                (_, inputs) -> {
                  if (Float.isNaN(inputs.getFirst().toFloats()[0])) {
                    throw new StageException(ErrorCode.INVALID_INPUT, "x: NaN (expected: numbers)");
                  }
                  return List.of(inputs.getFirst().retain());
                })
            .checkRefuses(pool -> List.of(pool.floats(Shape.of(1), Float.NaN)));
    assertTrue(refusal.toString().contains("x: NaN"), refusal.toString());
  }

  private static void assertBroken(String expected, Behaviour behaviour) {
    var error = assertThrows(AssertionError.class, () -> contract(behaviour).check());
    assertTrue(error.toString().contains(expected), error.toString());
  }

  private static Tensor copy(RunContext context, Tensor input) {
    return context.tensors().floats(input.shape(), input.toFloats());
  }

  private static Tensor closedAfterCopy(List<Tensor> inputs) {
    var input = inputs.getFirst();
    var other = input.reshape(input.shape());
    input.close();
    other.close();
    return other;
  }

  private static StageContract contract(Behaviour behaviour) {
    var factory = new ProbeFactory(behaviour);
    return StageContract.of(
        factory,
        pool ->
            new StageSetup(
                "probe",
                "only",
                SIGNATURE,
                Options.of(List.of(), Map.of()),
                Optional.empty(),
                Map.of(),
                pool),
        pool -> List.of(pool.floats(Shape.of(2), 1, 2)));
  }

  private record ProbeFactory(Behaviour behaviour) implements StageFactory {
    @Override
    public String kind() {
      return "probe";
    }

    @Override
    public String summary() {
      return "Does what a test wants.";
    }

    @Override
    public List<OptionSpec> options() {
      return List.of();
    }

    @Override
    public Signature signature(Options options) {
      return SIGNATURE;
    }

    @Override
    public Stage create(StageSetup setup) {
      return new ProbeStage(behaviour);
    }
  }

  private record ProbeStage(Behaviour behaviour) implements Stage {
    @Override
    public Signature signature() {
      return SIGNATURE;
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      return behaviour.run(context, inputs);
    }

    @Override
    public void close() {}
  }
}
