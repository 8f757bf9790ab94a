package dev.weft.sim.node;

import dev.weft.sim.world.Host;
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
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a model: takes virtual time, goes wrong at times, and answers each row of {@code x
 * FP32[rows, 4]} with {@link #answer}, so that everyone can tell whose answer it is.
 */
public final class SimulatedEngine implements StageFactory {

  public static final String KIND = "sim/engine";
  public static final int COLUMNS = 4;

  /** The option of a variant: what it adds. */
  static final String PLUS = "plus";

  /** The option of a variant: a {@link Temper}. */
  static final String TEMPER = "temper";

  /** Part of the runs in which a variant does what its temper says. */
  private static final double OFTEN = 0.7;

  private static final double SELDOM = 0.02;

  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "rows", COLUMNS)),
          List.of(TensorSpec.of("y", Datatype.FP32, "rows", COLUMNS)));

  private final Host host;
  private final EngineFaults faults;
  private final ModelWitness witness;
  private final boolean isInstant;

  /**
   * @param witness is told what models do
   */
  public SimulatedEngine(Host host, EngineFaults faults, ModelWitness witness) {
    this(host, faults, witness, false);
  }

  private SimulatedEngine(Host host, EngineFaults faults, ModelWitness witness, boolean isInstant) {
    this.host = host;
    this.faults = faults;
    this.witness = witness;
    this.isInstant = isInstant;
  }

  /** The same model without faults, on whatever thread calls it. */
  static SimulatedEngine instant(Host host) {
    return new SimulatedEngine(host, EngineFaults.none(Duration.ZERO), ModelWitness.NOBODY, true);
  }

  /** What a row becomes, in a variant that adds {@code plus}. */
  static float[] answer(long plus, float... row) {
    var answer = new float[row.length];
    for (var i = 0; i < row.length; i++) {
      answer[i] = 2 * row[i] + plus;
    }
    return answer;
  }

  /** What a variant that is wrong answers in the place of {@code right}. */
  static float[] negated(float... right) {
    var negated = new float[right.length];
    for (var i = 0; i < right.length; i++) {
      negated[i] = -right[i];
    }
    return negated;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String summary() {
    return "Stands in for a model in simulations.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(PLUS, OptionSpec.Type.INTEGER, 1L, "Tells variants apart."),
        OptionSpec.of(TEMPER, OptionSpec.Type.TEXT, Temper.EVEN.name(), "How it goes wrong."));
  }

  @Override
  public Signature signature(Options options) {
    return SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    var plus = setup.options().integer(PLUS);
    var temper = Temper.valueOf(setup.options().text(TEMPER));
    witness.loads(plus, temper);
    return new Engine(plus, temper);
  }

  private final class Engine implements Stage {

    private final long plus;
    private final Temper temper;

    Engine(long plus, Temper temper) {
      this.plus = plus;
      this.temper = temper;
    }

    @Override
    public Signature signature() {
      return SIGNATURE;
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      if (isInstant) {
        return List.of(outputs(context, inputs.getFirst(), false));
      }
      var random = host.world().load();
      var fate = random.nextDouble();
      var usual = faults.service().toNanos() * (temper == Temper.SLOW ? Temper.SLOW_FACTOR : 1);
      var service = (long) (usual * (0.5 + random.nextExponential() / 2));
      if (fate < faults.hang()) {
        takeTime(EngineFaults.HANG.toNanos(), null);
      } else if (fate < faults.hang() + faults.slow()) {
        takeTime(service * EngineFaults.SLOW_FACTOR, context);
      } else {
        takeTime(service, context);
      }
      var kind = random.nextDouble();
      if (kind < faults.fail()) {
        throw new StageException(ErrorCode.STAGE_FAILED, "a simulated failure");
      }
      var isOff = temper.isSeen() && random.nextDouble() < (temper == Temper.NAN ? SELDOM : OFTEN);
      if (isOff && temper == Temper.THROWS) {
        throw new StageException(ErrorCode.STAGE_FAILED, "a simulated failure of this variant");
      }
      var input = inputs.getFirst();
      if (isOff && temper == Temper.WRONG) {
        return List.of(wrong(context, input));
      }
      var isBroken = kind < faults.fail() + faults.nan() || isOff && temper == Temper.NAN;
      var output = outputs(context, input, isBroken);
      witness.ran(plus, input.toFloats(), isBroken);
      return List.of(output);
    }

    /** Sleeps; the loop may wake its thread meanwhile, which means nothing here. */
    private void takeTime(long nanos, @Nullable RunContext unlessEnded) {
      var clock = host.clock();
      var end = clock.nanos() + nanos;
      var me = Thread.currentThread();
      if (unlessEnded == null) {
        while (clock.nanos() < end) {
          host.sleep(Duration.ofNanos(end - clock.nanos()));
        }
        return;
      }
      var cancellation = unlessEnded.cancellation();
      try (var _ = cancellation.onCancel(() -> LockSupport.unpark(me))) {
        while (clock.nanos() < end && !cancellation.isCancelled()) {
          host.sleep(Duration.ofNanos(end - clock.nanos()));
        }
      }
      if (cancellation.isCancelled()) {
        throw new StageException(ErrorCode.CANCELLED, "cancelled");
      }
    }

    /** As far from right as can be, and still to be told apart from other variants' answers. */
    private Tensor wrong(RunContext context, Tensor input) {
      var output = context.tensors().allocate(Datatype.FP32, input.shape());
      output.copyFromFloats(negated(answer(plus, input.toFloats())));
      witness.ran(plus, input.toFloats(), false);
      return output;
    }

    private Tensor outputs(RunContext context, Tensor input, boolean isBroken) {
      var output = context.tensors().allocate(Datatype.FP32, input.shape());
      var answer = answer(plus, input.toFloats());
      if (isBroken) {
        Arrays.fill(answer, Float.NaN);
      }
      output.copyFromFloats(answer);
      return output;
    }

    @Override
    public void close() {}
  }
}
