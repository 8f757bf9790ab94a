package dev.weft.app.simulating;

import dev.weft.app.console.Console;
import dev.weft.app.console.Progress;
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
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/** Runs seeds and tells what came of each; leaves the history of those that failed. */
public final class Campaign {

  private static final String REGRESSIONS = "sim/src/test/resources/regression-seeds.txt";

  private static final Duration PROGRESS_EVERY = Duration.ofMinutes(1);

  /** A scenario under a seed, what came of it, and how long that took. */
  private record Run(Scenario scenario, Outcome outcome, Speed speed) {}

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
  private long steps;

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
    var under = new ArrayDeque<Future<Run>>();
    // Each world has one thread to itself; their outcomes are told in the order of the seeds.
    try (var progress = console.progress();
        var threads = Executors.newFixedThreadPool(ahead)) {
      var each = wanted.iterator();
      while (each.hasNext() && isTime.getAsBoolean()) {
        var seed = each.nextLong();
        for (var scenario : scenarios) {
          under.add(threads.submit(() -> run(scenario, seed, progress)));
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

  private static Run run(Scenario scenario, long seed, Progress progress) {
    var began = System.nanoTime();
    var told = new AtomicLong(began);
    var outcome =
        Simulation.run(
            scenario,
            seed,
            world -> {
              var now = System.nanoTime();
              if (now - told.get() >= PROGRESS_EVERY.toNanos()) {
                told.set(now);
                var speed = speed(began, world.time(), world.history().steps());
                progress.line(
                    "%s, seed %d: %d min simulated; %s"
                        .formatted(scenario.name(), seed, world.time().toMinutes(), speed));
              }
            });
    return new Run(scenario, outcome, speed(began, outcome.simulated(), outcome.steps()));
  }

  private static Speed speed(long beganNanos, Duration simulated, long steps) {
    return new Speed(simulated, steps, Duration.ofNanos(System.nanoTime() - beganNanos));
  }

  private static Run taken(Future<Run> run) {
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

  private void tell(Run run) {
    var outcome = run.outcome();
    runs++;
    simulated = simulated.plus(outcome.simulated());
    steps += outcome.steps();
    if (!outcome.passed()) {
      failed++;
    }
    var history = new ArrayList<Path>();
    if (!outcome.passed() || keepsHistory) {
      history.add(write(run));
    }
    if (isJson) {
      console.json(object(run, history));
    } else if (!outcome.passed() || keepsHistory) {
      print(run, history);
    }
  }

  private void print(Run run, List<Path> history) {
    var outcome = run.outcome();
    console.line(
        "%s, seed %d: %s; %d steps, %.1f s simulated, digest %s"
            .formatted(
                outcome.scenario(),
                outcome.seed(),
                outcome.passed() ? "passed" : outcome.violations().size() + " violations",
                outcome.steps(),
                outcome.simulated().toMillis() / 1e3,
                outcome.digest()));
    console.line("  speed:   " + run.speed());
    outcome.violations().stream().limit(5).forEach(each -> console.line("  " + each));
    if (!outcome.passed()) {
      console.line("  repeat: %s  (%s)".formatted(repeat(run), build));
      regression(run)
          .ifPresent(line -> console.line("  keep:   add to %s: %s".formatted(REGRESSIONS, line)));
    }
    history.forEach(file -> console.line("  history: " + file));
  }

  private static String repeat(Run run) {
    return "./weft sim run --scenario %s --seed %d%s"
        .formatted(
            run.outcome().scenario(),
            run.outcome().seed(),
            run.scenario().time().map(time -> " --for " + text(time)).orElse(""));
  }

  /** As {@code --for} reads it. */
  private static String text(Duration time) {
    if (time.equals(Duration.ofHours(time.toHours()))) {
      return time.toHours() + "h";
    }
    return time.equals(Duration.ofMinutes(time.toMinutes()))
        ? time.toMinutes() + "min"
        : time.toMillis() + "ms";
  }

  /** The line that has every build run this seed; none of what would take too long. */
  private Optional<String> regression(Run run) {
    var outcome = run.outcome();
    return run.scenario().time().isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s %d %s %s"
                .formatted(
                    outcome.scenario(), outcome.seed(), commit, outcome.violations().getFirst()));
  }

  private LinkedHashMap<String, Object> object(Run run, List<Path> history) {
    var outcome = run.outcome();
    var object = new LinkedHashMap<String, Object>();
    object.put("scenario", outcome.scenario());
    object.put("seed", outcome.seed());
    object.put("passed", outcome.passed());
    object.put("steps", outcome.steps());
    object.put("simulatedMillis", outcome.simulated().toMillis());
    object.put("seconds", run.speed().seconds());
    object.put("digest", outcome.digest());
    object.put("violations", outcome.violations().stream().map(Object::toString).toList());
    if (!outcome.passed()) {
      object.put("repeat", repeat(run));
      regression(run).ifPresent(line -> object.put("keep", line));
      object.put("build", build);
    }
    history.forEach(file -> object.put("history", file.toString()));
    return object;
  }

  private void summarise(Duration took) {
    var speed = new Speed(simulated, steps, took);
    var seconds = speed.seconds();
    var perHour = Math.round(seeds / seconds * 3_600);
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      object.put("seeds", seeds);
      object.put("runs", runs);
      object.put("failed", failed);
      object.put("seconds", seconds);
      object.put("seedsPerHour", perHour);
      object.put("simulatedPerSecond", speed.simulatedPerSecond());
      object.put("stepsPerSecond", speed.stepsPerSecond());
      object.put("heapBytesMax", Speed.heapBytesMax());
      object.put("build", build);
      console.json(object);
    } else {
      console.line(
          "%d seeds, %d runs, %d failed; %.0f s simulated in %.1f s, %d seeds an hour (%s)"
              .formatted(seeds, runs, failed, simulated.toMillis() / 1e3, seconds, perHour, build));
    }
  }

  private Path write(Run run) {
    var outcome = run.outcome();
    var file =
        home.simulations().resolve("%s-%d.txt".formatted(outcome.scenario(), outcome.seed()));
    var lines = new ArrayList<String>();
    lines.add(
        "%s, seed %d, digest %s".formatted(outcome.scenario(), outcome.seed(), outcome.digest()));
    lines.add("%s  (%s)".formatted(repeat(run), build));
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
