package dev.weft.stages.testkit;

import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.ShapeCheck;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.tensor.TensorPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Holds one kind of stage against what {@link Stage} and {@link StageFactory} promise.
 *
 * <p>Everything runs in a pool of its own with leak tracing, so a leak is named by the line that
 * allocated it. Each check throws an {@link AssertionError} that says what was seen and expected.
 */
public final class StageContract {

  private static final int THREADS = 4;
  private static final int RUNS_PER_THREAD = 8;

  private final StageFactory factory;
  private final Function<TensorPool, StageSetup> setup;
  private final Function<TensorPool, List<Tensor>> samples;
  private final long poolBytesMax;

  private StageContract(
      StageFactory factory,
      Function<TensorPool, StageSetup> setup,
      Function<TensorPool, List<Tensor>> samples,
      long poolBytesMax) {
    this.factory = factory;
    this.setup = setup;
    this.samples = samples;
    this.poolBytesMax = poolBytesMax;
  }

  /**
   * The contract of a stage made by {@code factory}, run on {@code samples} in a pool of 256 MB.
   *
   * @param setup what to make the stage from, with the pool it is given
   * @param samples one valid list of inputs, allocated from the pool given; equal at every call
   */
  public static StageContract of(
      StageFactory factory,
      Function<TensorPool, StageSetup> setup,
      Function<TensorPool, List<Tensor>> samples) {
    return new StageContract(factory, setup, samples, 256L << 20);
  }

  /** Makes every check that needs valid inputs only. */
  public void check() {
    checkFactory();
    inPool(
        (stage, pool) -> {
          stage.prepare(FixedContext.of(pool));
          checkRun(stage, pool);
          if (stage.concurrency() == Stage.Concurrency.SHARED) {
            checkConcurrentRuns(stage, pool);
          }
          checkRunWithoutMemory(stage, pool);
        });
  }

  /**
   * Checks that {@code bad} inputs are refused with a {@link StageException}, leaking nothing and
   * leaving the stage fit for the next run.
   *
   * @return what the stage said
   */
  public StageException checkRefuses(Function<TensorPool, List<Tensor>> bad) {
    var refused = new ArrayList<StageException>();
    inPool(
        (stage, pool) -> {
          var idle = pool.leased();
          var inputs = bad.apply(pool);
          try {
            stage.run(FixedContext.of(pool), inputs).forEach(Tensor::close);
          } catch (StageException e) {
            refused.add(e);
          }
          inputs.forEach(Tensor::close);
          expect(!refused.isEmpty(), "run: accepted %s (expected: StageException)", inputs);
          expect(pool.leased() == idle, "a throwing run leaks:%n%s", leaks(pool));
          checkRun(stage, pool);
        });
    return refused.getFirst();
  }

  private void checkFactory() {
    expect(
        factory.kind().matches("[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?"),
        "kind: '%s' (expected: lower-case-words, at most one slash)",
        factory.kind());
    expect(!factory.summary().isBlank(), "summary: empty (expected: one sentence)");
    for (var option : factory.options()) {
      expect(!option.summary().isBlank(), "option '%s': no summary", option.name());
    }
  }

  private void checkRun(Stage stage, TensorPool pool) {
    var idle = pool.leased();
    var inputs = samples.apply(pool);
    var before = inputs.stream().map(StageContract::contentOf).toList();
    checkDeclared(stage.signature(), inputs);
    var leasedBefore = pool.leased();
    var outputs = stage.run(FixedContext.of(pool), inputs);
    checkShapes(stage.signature(), inputs, outputs);
    for (var i = 0; i < inputs.size(); i++) {
      expect(isLeased(inputs.get(i)), "input %d: closed by run (expected: borrowed)", i);
      var changed = MemorySegment.ofArray(before.get(i)).mismatch(inputs.get(i).segment());
      expect(changed == -1, "input %d: byte %d changed by run (expected: read only)", i, changed);
    }
    for (var output : outputs) {
      expect(isLeased(output), "output %s: not leased (expected: owned by the caller)", output);
    }
    outputs.forEach(Tensor::close);
    for (var input : inputs) {
      expect(isLeased(input), "input %s: lost its lease with the outputs'", input);
    }
    expect(
        pool.leased() == leasedBefore,
        "run: %d tensors on lease after its outputs were closed (expected: %d)%n%s",
        pool.leased(),
        leasedBefore,
        leaks(pool));
    inputs.forEach(Tensor::close);
    expect(pool.leased() == idle, "run: inputs held on after their last lease:%n%s", leaks(pool));
  }

  private static void checkDeclared(Signature signature, List<Tensor> inputs) {
    new ShapeCheck()
        .problem(signature.inputs(), inputs)
        .ifPresent(problem -> fail("sample inputs: %s", problem));
  }

  private static void checkShapes(Signature signature, List<Tensor> inputs, List<Tensor> outputs) {
    var check = new ShapeCheck();
    check.problem(signature.inputs(), inputs).ifPresent(problem -> fail("inputs: %s", problem));
    check.problem(signature.outputs(), outputs).ifPresent(problem -> fail("outputs: %s", problem));
  }

  private void checkConcurrentRuns(Stage stage, TensorPool pool) {
    var idle = pool.leased();
    var inputs = samples.apply(pool);
    var expected = contentsAndClose(stage.run(FixedContext.of(pool), inputs));
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var workers = new ArrayList<Future<?>>();
      for (var worker = 0; worker < THREADS; worker++) {
        workers.add(
            threads.submit(
                () -> {
                  for (var run = 0; run < RUNS_PER_THREAD; run++) {
                    var seen = contentsAndClose(stage.run(FixedContext.of(pool), inputs));
                    expect(
                        sameContents(expected, seen),
                        "concurrent runs: outputs differ from a single run's (expected: equal)");
                  }
                }));
      }
      workers.forEach(StageContract::join);
    }
    inputs.forEach(Tensor::close);
    expect(pool.leased() == idle, "concurrent runs leak:%n%s", leaks(pool));
  }

  /** Runs with an allocator that refuses ever later, so that each allocation fails once. */
  private void checkRunWithoutMemory(Stage stage, TensorPool pool) {
    var inputs = samples.apply(pool);
    for (var allowed = 0; allowed < 64; allowed++) {
      var scarce = new ScarceAllocator(pool, allowed);
      var leased = pool.leased();
      var done = runScarce(stage, FixedContext.of(scarce), inputs);
      expect(
          pool.leased() == leased,
          "run without memory for tensor %d leaks:%n%s",
          allowed + 1,
          leaks(pool));
      if (done) {
        break;
      }
    }
    inputs.forEach(Tensor::close);
  }

  /** Whether the run had all the memory it asked for. */
  private static boolean runScarce(Stage stage, RunContext context, List<Tensor> inputs) {
    try {
      stage.run(context, inputs).forEach(Tensor::close);
      return true;
    } catch (StageException | TensorMemoryException e) {
      return false;
    }
  }

  private void inPool(Check check) {
    try (var pool = new TensorPool(poolBytesMax, TensorPool.LeakTracing.ON)) {
      var stage = factory.create(setup.apply(pool));
      try {
        check.accept(stage, pool);
      } finally {
        stage.close();
        stage.close();
      }
      expect(pool.leased() == 0, "close: leases left:%n%s", leaks(pool));
    }
  }

  private static boolean isLeased(Tensor tensor) {
    try {
      tensor.retain().close();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static byte[] contentOf(Tensor tensor) {
    return tensor.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  private static List<byte[]> contentsAndClose(List<Tensor> tensors) {
    var contents = tensors.stream().map(StageContract::contentOf).toList();
    tensors.forEach(Tensor::close);
    return contents;
  }

  private static boolean sameContents(List<byte[]> some, List<byte[]> others) {
    var same = some.size() == others.size();
    for (var i = 0; same && i < some.size(); i++) {
      same = Arrays.equals(some.get(i), others.get(i));
    }
    return same;
  }

  private static void join(Future<?> worker) {
    try {
      worker.get();
    } catch (ExecutionException e) {
      throw new AssertionError("concurrent runs: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while stages ran", e);
    }
  }

  private static String leaks(TensorPool pool) {
    var text = new StringBuilder();
    pool.leaks().forEach(leak -> text.append(leak).append(System.lineSeparator()));
    return text.toString();
  }

  private static void expect(boolean holds, String message, Object... args) {
    if (!holds) {
      fail(message, args);
    }
  }

  private static void fail(String message, Object... args) {
    throw new AssertionError(message.formatted(args));
  }

  /** One check of an open stage. */
  private interface Check {
    void accept(Stage stage, TensorPool pool);
  }
}
