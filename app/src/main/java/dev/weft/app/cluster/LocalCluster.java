package dev.weft.app.cluster;

import dev.weft.app.home.WeftJvm;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A cluster of processes on this machine. It looks after them as an init system would: what ends
 * without being asked to is started again, a second later.
 */
public final class LocalCluster implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** A node that does not find its journal ends; a slow machine takes some seconds to start one. */
  private static final Duration JOURNAL_START = Duration.ofSeconds(60);

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);
  private static final Duration ENDING = Duration.ofSeconds(60);

  /** One that ended so often within this time is left alone. */
  private static final int QUICK_ENDS_MAX = 5;

  private static final Duration QUICK = Duration.ofSeconds(30);
  private static final String MAIN = "dev.weft.app.Main";

  private final ClusterPlan plan;
  private final ClusterFiles files;
  private final List<Path> models;
  private final boolean restarts;
  private final Consumer<String> told;
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private final Map<String, List<Long>> starts = new LinkedHashMap<>();
  private boolean isEnding;

  private LocalCluster(
      ClusterPlan plan,
      ClusterFiles files,
      List<Path> models,
      boolean restarts,
      Consumer<String> told) {
    this.plan = plan;
    this.files = files;
    this.models = List.copyOf(models);
    this.restarts = restarts;
    this.told = told;
  }

  /**
   * Starts journals and nodes.
   *
   * @param folder for their files; journals that are there are used again
   * @param models what the nodes serve; empty for a sample
   * @param restarts whether what ends is started again
   * @param told of what ends by itself
   */
  public static LocalCluster start(
      ClusterPlan plan, Path folder, List<Path> models, boolean restarts, Consumer<String> told)
      throws IOException {
    var files = new ClusterFiles(folder.toAbsolutePath().normalize());
    files.write(plan);
    var served = models.isEmpty() ? List.of(files.sample(plan.recording().isPresent())) : models;
    var cluster = new LocalCluster(plan, files, served, restarts, told);
    try {
      for (var site : plan.journals().keySet()) {
        cluster.startJournal(site);
      }
      for (var site : plan.journals().keySet()) {
        cluster.awaitJournal(site);
      }
      for (var node : plan.nodes()) {
        cluster.startNode(node);
      }
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
  }

  private void startJournal(String site) throws IOException {
    var port = plan.journals().getOrDefault(site, 0);
    var folder = files.journal(site);
    var log = files.log(site, "journal");
    if (plan.database().isPresent()) {
      plan.database().get().prepare(folder, log);
    }
    run(
        "%s/journal".formatted(site),
        log,
        plan.database()
            .map(server -> server.command(folder, port))
            .orElseGet(
                () ->
                    weft(
                        List.of(
                            "db", "serve", "--folder", folder.toString(), "--port", "" + port))));
  }

  private void awaitJournal(String site) throws IOException {
    var port = plan.journals().getOrDefault(site, 0);
    var deadline = System.nanoTime() + JOURNAL_START.toNanos();
    while (!isTaken(port)) {
      if (System.nanoTime() > deadline || isLeftAlone("%s/journal".formatted(site))) {
        throw new IOException(
            "journal of site '%s': it does not listen at 127.0.0.1:%d; its log is %s"
                .formatted(site, port, files.log(site, "journal")));
      }
      try {
        Thread.sleep(LOOK_INTERVAL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the journals start");
      }
    }
    if (plan.database().isPresent()) {
      plan.database().get().migrate(files.journal(site), port);
    }
  }

  private static boolean isTaken(int port) {
    try (var _ = new Socket("127.0.0.1", port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void startNode(PlannedNode node) throws IOException {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("node", "--config", files.manifest(node).toString()));
    arguments.addAll(List.of("--settings", files.settings(node).toString()));
    arguments.addAll(List.of("--rollouts", files.rollouts(node).toString()));
    arguments.addAll(List.of("--port", Integer.toString(node.http())));
    arguments.addAll(List.of("--grpc-port", "off", "--metrics-port", "off"));
    if (plan.recording().isPresent()) {
      arguments.addAll(List.of("--trace-folder", files.frames(node).toString()));
    }
    var elsewhere = Optional.ofNullable(plan.served().get(node.site()));
    elsewhere.map(List::of).orElse(models).stream()
        .map(model -> model.toAbsolutePath().toString())
        .forEach(arguments::add);
    run(node.id(), files.log(node.site(), node.name()), weft(arguments));
  }

  /** What runs a command of Weft. */
  private static List<String> weft(List<String> arguments) {
    var home = "-Dweft.home=" + System.getProperty("weft.home", ".");
    var command = WeftJvm.command(List.of("-Xmx384m", home), MAIN);
    command.addAll(arguments);
    return command;
  }

  private synchronized void run(String name, Path log, List<String> command) throws IOException {
    if (isEnding) {
      return;
    }
    Files.createDirectories(log.toAbsolutePath().getParent());
    var process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(Redirect.appendTo(log.toFile()))
            .redirectError(Redirect.appendTo(log.toFile()))
            .start();
    processes.put(name, process);
    starts.computeIfAbsent(name, _ -> new ArrayList<>()).add(System.nanoTime());
    process.onExit().thenAccept(ended -> onExit(name, ended, log, command));
  }

  private void onExit(String name, Process ended, Path log, List<String> command) {
    synchronized (this) {
      if (isEnding || processes.get(name) != ended) {
        return;
      }
    }
    var again = restarts && !isHopeless(name);
    told.accept(
        "%s ended with exit code %d%s; its log is %s"
            .formatted(name, ended.exitValue(), again ? ", and is started again" : "", log));
    if (again) {
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> runAgain(name, log, command));
    }
  }

  /** Whether it has ended, and nobody starts it again. */
  private synchronized boolean isLeftAlone(String name) {
    var process = processes.get(name);
    return process != null && !process.isAlive() && (!restarts || isHopeless(name));
  }

  /** Whether it ended soon after each of its last starts, as where a port or a folder is taken. */
  private synchronized boolean isHopeless(String name) {
    var begun = starts.getOrDefault(name, List.of());
    return begun.size() >= QUICK_ENDS_MAX
        && System.nanoTime() - begun.get(begun.size() - QUICK_ENDS_MAX) < QUICK.toNanos();
  }

  private void runAgain(String name, Path log, List<String> command) {
    try {
      run(name, log, command);
    } catch (IOException e) {
      told.accept("%s cannot be started: %s".formatted(name, e.getMessage()));
    }
  }

  public ClusterPlan plan() {
    return plan;
  }

  /** Of a node, or of a site's journal as {@code site/journal}. */
  public synchronized long pid(String name) {
    var process = processes.get(name);
    if (process == null) {
      throw new IllegalArgumentException(
          "process: '%s' (expected: one of %s)".formatted(name, processes.keySet()));
    }
    return process.pid();
  }

  /** Asks all to end, nodes before journals, and waits until they have. */
  @Override
  public void close() {
    List<Map.Entry<String, Process>> all;
    synchronized (this) {
      isEnding = true;
      all = List.copyOf(processes.entrySet());
    }
    end(all.stream().filter(each -> !isJournal(each.getKey())).map(Map.Entry::getValue).toList());
    end(all.stream().filter(each -> isJournal(each.getKey())).map(Map.Entry::getValue).toList());
  }

  private static boolean isJournal(String name) {
    return name.endsWith("/journal");
  }

  private static void end(List<Process> processes) {
    processes.forEach(Process::destroy);
    var deadline = System.nanoTime() + ENDING.toNanos();
    for (var process : processes) {
      try {
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
