package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.problem.Findings;
import dev.weft.stages.spi.Dim;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks that what a stage declares of its runs and its queue can be. */
public final class StageCheck {

  private static final String BATCH = "batching.maxBatchSize";

  private final StageManifest stage;
  private final Findings findings;

  public StageCheck(StageManifest stage, Findings findings) {
    this.stage = stage;
    this.findings = findings;
  }

  public void check() {
    checkHang();
    if (!findings.isBroken("abi") && !findings.isBroken("options")) {
      checkQueue();
      checkBatching();
    }
  }

  private void checkHang() {
    var p95 = stage.budget().p95();
    var hang = stage.budget().hang();
    if (p95.isPresent() && hang.isPresent() && hang.get().compareTo(p95.get()) <= 0) {
      findings.error(
          "budget.hang",
          Quantity.text(hang.get()),
          "more than p95, which is %s".formatted(Quantity.text(p95.get())));
    }
  }

  private void checkQueue() {
    var least = FixedSize.bytes(stage.abi().inputs());
    if (least > stage.queue().laneBytes()) {
      findings.error(
          "queue.bytes",
          Quantity.text(stage.queue().laneBytes()),
          "at least the %s that a frame's inputs of fixed size have"
              .formatted(Quantity.text(least)));
    }
  }

  private void checkBatching() {
    if (stage.batching().maxBatchSize() == 1 || stage.abi().outputs().isEmpty()) {
      return;
    }
    var obstacle = obstacle();
    if (obstacle.isPresent()) {
      var value = "%d with %s".formatted(stage.batching().maxBatchSize(), obstacle.get());
      findings.error(
          BATCH,
          value,
          "1, unless the first dimension of every input and output counts rows:"
              + " one name for all of them, or -1");
    } else if (!isByRow()) {
      var value = "%d with option 'scan'".formatted(stage.batching().maxBatchSize());
      findings.error(BATCH, value, "1, because each row's run goes on from the one before");
    } else if (stage.isolation() == Isolation.PROCESS) {
      findings.warning(
          BATCH,
          "%d with isolation: process".formatted(stage.batching().maxBatchSize()),
          "1, as a stage in a process of its own runs frames one by one");
    } else {
      warnOfVariance();
    }
  }

  /** What cannot be cut by rows. */
  private Optional<String> obstacle() {
    if (stage.abi().inputs().isEmpty()) {
      return Optional.of("no input");
    }
    var tensors = Stream.concat(stage.abi().inputs().stream(), stage.abi().outputs().stream());
    var rows = Optional.<String>empty();
    for (var tensor : tensors.toList()) {
      if (tensor.rank() == 0) {
        return Optional.of("'%s', a scalar".formatted(tensor));
      }
      switch (tensor.shape().getFirst()) {
        case Dim.Any() -> {}
        case Dim.Fixed _ -> {
          return Optional.of("'%s', whose first dimension is fixed".formatted(tensor));
        }
        case Dim.Named(var name) -> {
          if (rows.isPresent() && !rows.get().equals(name)) {
            return Optional.of("'%s', whose rows are not %s".formatted(tensor, rows.get()));
          }
          rows = Optional.of(name);
        }
      }
    }
    return Optional.empty();
  }

  private boolean isByRow() {
    return Stream.concat(
            Stream.of(stage.options()), stage.variants().stream().map(Variant::options))
        .map(options -> Optional.ofNullable(options.get("scan")))
        .noneMatch(scan -> scan.isPresent() && !scan.get().equals(List.of()));
  }

  private void warnOfVariance() {
    var variants =
        stage.variants().stream()
            .filter(variant -> !variant.batchInvariant())
            .map(variant -> "'" + variant.name() + "'")
            .collect(Collectors.joining(", "));
    if (!variants.isEmpty()) {
      findings.warning(
          BATCH,
          "%d with %s not batchInvariant".formatted(stage.batching().maxBatchSize(), variants),
          "variants that are, or callers that bear numbers which differ a little with what shares"
              + " the run; answers record that");
    }
  }
}
