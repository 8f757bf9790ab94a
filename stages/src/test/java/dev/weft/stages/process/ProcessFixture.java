package dev.weft.stages.process;

import dev.weft.stages.spi.AsyncStage.Completion;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.FaultFactory;
import dev.weft.stages.testkit.FaultFactory.Fault;
import dev.weft.stages.testkit.FixedContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A {@code test/fault} stage in a process of its own, and what tests of it ask again and again. */
final class ProcessFixture implements AutoCloseable {

  static final ProcessSettings SETTINGS =
      ProcessSettings.defaults()
          .withRegionBytes(4 << 20)
          .withHeapBytes(64 << 20)
          .withStandby(false)
          .withRestarts(5, Duration.ofMinutes(1), Duration.ofMillis(1));

  /** How a run ended: the first number of its output, or why there is none. */
  record Ended(float first, Optional<StageException> failure) {}

  private final TensorPool pool = new TensorPool(64 << 20, TensorPool.LeakTracing.ON);
  private final ProcessStage stage;

  ProcessFixture(ProcessSettings settings) {
    this(settings, StageProcess.class.getName());
  }

  ProcessFixture(ProcessSettings settings, String mainClass) {
    this.stage = ProcessStages.create(FaultFactory.KIND, setup(pool), settings, mainClass);
  }

  static StageSetup setup(TensorPool pool) {
    return new StageSetup(
        "faulty",
        "default",
        FaultFactory.SIGNATURE,
        Options.of(List.of(), Map.of()),
        Optional.empty(),
        Map.of(),
        pool);
  }

  ProcessStage stage() {
    return stage;
  }

  TensorPool pool() {
    return pool;
  }

  CompletableFuture<Ended> start(Fault fault) {
    return start(fault.value(), Cancellation.NEVER);
  }

  CompletableFuture<Ended> start(float first) {
    return start(first, Cancellation.NEVER);
  }

  CompletableFuture<Ended> start(float first, Cancellation cancellation) {
    var input = stage.tensors().floats(Shape.of(2), first, 1);
    var ended = new CompletableFuture<Ended>();
    stage.start(
        FixedContext.of(pool).withCancellation(cancellation),
        List.of(input),
        new Completion() {
          @Override
          public void completed(List<Tensor> outputs) {
            var value = outputs.getFirst().toFloats()[0];
            outputs.forEach(Tensor::close);
            input.close();
            ended.complete(new Ended(value, Optional.empty()));
          }

          @Override
          public void failed(StageException why) {
            input.close();
            ended.complete(new Ended(Float.NaN, Optional.of(why)));
          }
        });
    return ended;
  }

  static Ended await(CompletableFuture<Ended> run) throws Exception {
    return run.get(60, TimeUnit.SECONDS);
  }

  static void awaitEnd(long pid) throws Exception {
    var handle = ProcessHandle.of(pid);
    if (handle.isPresent()) {
      handle.get().onExit().get(60, TimeUnit.SECONDS);
    }
  }

  /** Waits until the stage's processes are as {@code wanted}; told by nobody, so asked again. */
  ProcessHealth awaitHealth(Predicate<ProcessHealth> wanted) {
    var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!wanted.test(stage.health())) {
      if (System.nanoTime() > until) {
        throw new AssertionError("health: " + stage.health());
      }
      LockSupport.parkNanos(1_000_000);
    }
    return stage.health();
  }

  /** Files of stages that processes of this machine's user have in use, made by this one. */
  static List<Path> files() {
    var pid = ProcessHandle.current().pid();
    return files(ProcessStages.FILE_PREFIX + pid + "-");
  }

  static List<Path> files(String prefix) {
    var found = new ArrayList<Path>();
    for (var folder : List.of("/dev/shm", System.getProperty("java.io.tmpdir"))) {
      if (Files.isDirectory(Path.of(folder))) {
        try (var files = Files.newDirectoryStream(Path.of(folder), prefix + "*")) {
          files.forEach(found::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    stage.close();
    pool.close();
  }
}
