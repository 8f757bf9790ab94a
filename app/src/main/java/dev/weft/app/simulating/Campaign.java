package dev.weft.app.simulating;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.home.Build;
import dev.weft.app.home.Home;
import dev.weft.sim.run.Outcome;
import dev.weft.sim.run.Simulation;
import dev.weft.sim.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/** Runs seeds and tells what came of each; leaves the history of those that failed. */
public final class Campaign {

  private static final String REGRESSIONS = "sim/src/test/resources/regression-seeds.txt";

  private final Console console;
  private final Home home;
  private final boolean isJson;
  private final boolean keepsHistory;
  private final String commit;
  private final String build;
  private long runs;
  private long failed;
  private long seeds;
  private Duration simulated = Duration.ZERO;

  /**
   * @param keepsHistory whether the histories of runs that passed are left, too
   */
  public Campaign(Console console, Home home, boolean isJson, boolean keepsHistory) {
    this.console = console;
    this.home = home;
    this.isJson = isJson;
    this.keepsHistory = keepsHistory;
    this.commit = Build.of(home).commit().orElse("unknown");
    this.build = "commit %s, JDK %s".formatted(commit, Runtime.version());
  }

  /**
   * Runs all {@code scenarios} under each of {@code wanted} while {@code isTime}.
   *
   * @return whether all passed
   */
  public boolean run(List<Scenario> scenarios, LongStream wanted, BooleanSupplier isTime) {
    var began = System.nanoTime();
    var ahead = Runtime.getRuntime().availableProcessors();
    var under = new ArrayDeque<Future<Outcome>>();
    // Each world has one thread to itself; their outcomes are told in the order of the seeds.
    try (var progress = console.progress();
        var threads = Executors.newFixedThreadPool(ahead)) {
      var each = wanted.iterator();
      while (each.hasNext() && isTime.getAsBoolean()) {
        var seed = each.nextLong();
        for (var scenario : scenarios) {
          under.add(threads.submit(() -> Simulation.run(scenario, seed)));
        }
        progress.line("%d runs, %d failed, now at seed %d".formatted(runs, failed, seed));
        while (under.size() > ahead) {
          tell(taken(under.remove()));
        }
        seeds++;
      }
      while (!under.isEmpty()) {
        tell(taken(under.remove()));
      }
    }
    summarise(Duration.ofNanos(System.nanoTime() - began));
    return failed == 0;
  }

  private static Outcome taken(Future<Outcome> run) {
    try {
      return run.get();
    } catch (ExecutionException e) {
      var cause = e.getCause();
      var why = cause instanceof ExceptionInInitializerError closed ? closed.getCause() : cause;
      throw new WorkFailed(String.valueOf(why), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkFailed("interrupted (expected: to the end)", e);
    }
  }

  private void tell(Outcome outcome) {
    runs++;
    simulated = simulated.plus(outcome.simulated());
    if (!outcome.passed()) {
      failed++;
    }
    var history = new ArrayList<Path>();
    if (!outcome.passed() || keepsHistory) {
      history.add(write(outcome));
    }
    if (isJson) {
      console.json(object(outcome, history));
    } else if (!outcome.passed() || keepsHistory) {
      print(outcome, history);
    }
  }

  private void print(Outcome outcome, List<Path> history) {
    console.line(
        "%s, seed %d: %s; %d steps, %.1f s simulated, digest %s"
            .formatted(
                outcome.scenario(),
                outcome.seed(),
                outcome.passed() ? "passed" : outcome.violations().size() + " violations",
                outcome.steps(),
                outcome.simulated().toMillis() / 1e3,
                outcome.digest()));
    outcome.violations().stream().limit(5).forEach(each -> console.line("  " + each));
    if (!outcome.passed()) {
      console.line("  repeat: %s  (%s)".formatted(repeat(outcome), build));
      console.line("  keep:   add to %s: %s".formatted(REGRESSIONS, regression(outcome)));
    }
    history.forEach(file -> console.line("  history: " + file));
  }

  private static String repeat(Outcome outcome) {
    return "./weft sim run --scenario %s --seed %d".formatted(outcome.scenario(), outcome.seed());
  }

  /** The line that has every build run this seed. */
  private String regression(Outcome outcome) {
    return "%s %d %s %s"
        .formatted(outcome.scenario(), outcome.seed(), commit, outcome.violations().getFirst());
  }

  private LinkedHashMap<String, Object> object(Outcome outcome, List<Path> history) {
    var object = new LinkedHashMap<String, Object>();
    object.put("scenario", outcome.scenario());
    object.put("seed", outcome.seed());
    object.put("passed", outcome.passed());
    object.put("steps", outcome.steps());
    object.put("simulatedMillis", outcome.simulated().toMillis());
    object.put("digest", outcome.digest());
    object.put("violations", outcome.violations().stream().map(Object::toString).toList());
    if (!outcome.passed()) {
      object.put("repeat", repeat(outcome));
      object.put("keep", regression(outcome));
      object.put("build", build);
    }
    history.forEach(file -> object.put("history", file.toString()));
    return object;
  }

  private void summarise(Duration took) {
    var seconds = Math.max(1, took.toMillis()) / 1e3;
    var perHour = Math.round(seeds / seconds * 3_600);
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      object.put("seeds", seeds);
      object.put("runs", runs);
      object.put("failed", failed);
      object.put("seconds", seconds);
      object.put("seedsPerHour", perHour);
      object.put("build", build);
      console.json(object);
    } else {
      console.line(
          "%d seeds, %d runs, %d failed; %.0f s simulated in %.1f s, %d seeds an hour (%s)"
              .formatted(seeds, runs, failed, simulated.toMillis() / 1e3, seconds, perHour, build));
    }
  }

  private Path write(Outcome outcome) {
    var file =
        home.simulations().resolve("%s-%d.txt".formatted(outcome.scenario(), outcome.seed()));
    var lines = new ArrayList<String>();
    lines.add(
        "%s, seed %d, digest %s".formatted(outcome.scenario(), outcome.seed(), outcome.digest()));
    lines.add("%s  (%s)".formatted(repeat(outcome), build));
    outcome.violations().forEach(each -> lines.add(each.toString()));
    lines.add("");
    lines.addAll(outcome.history());
    try {
      Files.createDirectories(home.simulations());
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new WorkFailed("%s (expected: a folder to write histories to)".formatted(e), e);
    }
  }
}
