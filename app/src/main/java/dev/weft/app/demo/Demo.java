package dev.weft.app.demo;

import dev.weft.app.console.Console;
import dev.weft.app.console.Progress;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.input.InputFile;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/**
 * The kiosk on its own inputs: every visit once, printed and judged, then rounds that only measure.
 */
public final class Demo {

  private final Console console;
  private final Weft weft;
  private final Pipeline kiosk;
  private final List<Visit> visits;
  private final boolean isJson;
  private final LongSupplier nanoTime;

  /**
   * @param inputs the example's folder of inputs
   * @param isJson whether to print objects instead of prose
   * @throws IOException if an input is missing
   */
  public Demo(
      Console console,
      Weft weft,
      Pipeline kiosk,
      Path inputs,
      boolean isJson,
      LongSupplier nanoTime)
      throws IOException {
    this.console = console;
    this.weft = weft;
    this.kiosk = kiosk;
    this.visits = VisitFiles.read(inputs);
    this.isJson = isJson;
    this.nanoTime = nanoTime;
  }

  /**
   * Runs everything.
   *
   * @param rounds how often all visits are run for measuring, at least 1
   * @param callers at once in the last of these
   * @return whether every result is right
   * @throws dev.weft.fabric.embedded.WeftException if a frame is dropped or fails
   */
  public boolean run(int rounds, int callers) throws IOException {
    var shown = new ArrayList<Seen>();
    for (var visit : visits) {
      var seen = see(visit);
      shown.add(seen);
      show(seen);
    }
    if (!isJson) {
      console.line("");
      console.line("Stages of the last visit");
      console.table(
          List.of("step", "stage@variant", "queued", "ran"), DemoReport.steps(shown.getLast()));
      console.line("");
    }
    var measured = measure(rounds, callers);
    if (isJson) {
      console.json(DemoObjects.summary(shown, measured));
    } else {
      DemoReport.summary(shown, measured).forEach(console::line);
    }
    return shown.stream().allMatch(Seen::isRight);
  }

  private void show(Seen seen) {
    if (isJson) {
      console.json(DemoObjects.visit(seen));
    } else {
      DemoReport.visit(seen).forEach(console::line);
    }
  }

  private Seen see(Visit visit) throws IOException {
    try (var answer = kiosk.infer(request(visit))) {
      return Seen.of(visit, answer);
    }
  }

  private Measured measure(int rounds, int callers) throws IOException {
    var alone = new ArrayList<Duration>();
    try (var progress = console.progress()) {
      progress.line("measuring %d rounds of %d visits".formatted(rounds + 1, visits.size()));
      var total = (rounds + 1) * visits.size();
      for (var round = 0; round < rounds; round++) {
        for (var visit : visits) {
          alone.add(see(visit).timings().total());
          progress.bar((double) alone.size() / total, "measuring, one caller");
        }
      }
      var seconds = together(callers, progress, alone.size(), total);
      return new Measured(
          new Latencies(alone), visits.size() / seconds, callers, weft.loops(), visits.size());
    }
  }

  /** Seconds that all visits take when {@code callers} bring them at once. */
  private double together(int callers, Progress progress, int before, int total) {
    var started = nanoTime.getAsLong();
    try (var pool = Executors.newFixedThreadPool(callers)) {
      var runs = new ArrayList<CompletableFuture<Void>>();
      for (var visit : visits) {
        runs.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    see(visit);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                },
                pool));
      }
      for (var i = 0; i < runs.size(); i++) {
        runs.get(i).join();
        progress.bar((double) (before + i + 1) / total, "measuring, %d callers".formatted(callers));
      }
    }
    return (nanoTime.getAsLong() - started) / 1e9;
  }

  private Request request(Visit visit) throws IOException {
    var inputs = new LinkedHashMap<String, Tensor>();
    try {
      inputs.put("frame", InputFile.read(visit.picture().file(), spec("frame"), weft.tensors()));
      inputs.put("clip", InputFile.read(visit.clip().file(), spec("clip"), weft.tensors()));
      inputs.put("sentence", weft.tensors().strings(List.of(visit.sentence().text())));
      return Request.of(inputs).with("session", "visitor-" + visit.number());
    } catch (RuntimeException e) {
      inputs.values().forEach(Tensor::close);
      throw e;
    }
  }

  private TensorSpec spec(String input) {
    return kiosk.manifest().inputs().stream()
        .map(declared -> declared.spec())
        .filter(spec -> spec.name().equals(input))
        .findFirst()
        .orElseThrow();
  }
}
