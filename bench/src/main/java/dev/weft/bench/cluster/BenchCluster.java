package dev.weft.bench.cluster;

import dev.weft.bench.process.ServerProcess;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A cluster on this machine, some of its nodes in this process and the others in processes of their
 * own. Used by one thread.
 */
public final class BenchCluster implements AutoCloseable {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 20;

  private final Path folder;
  private final Path model;
  private final Map<String, String> journals = new HashMap<>();
  private final List<BenchNode> nodes = new ArrayList<>();
  private final List<ServerProcess> processes = new ArrayList<>();
  private final String changed;
  private int seed;

  private BenchCluster(Path folder, String changed) throws IOException {
    this.folder = folder;
    this.changed = changed;
    this.model = Files.write(folder.resolve("same.onnx"), TinyModels.identity(Datatype.FP32, "n"));
  }

  /** One without nodes. */
  public static BenchCluster open() throws IOException {
    return open("");
  }

  /**
   * One without nodes.
   *
   * @param changed HOCON, what its nodes have other than by default
   */
  public static BenchCluster open(String changed) throws IOException {
    return new BenchCluster(Files.createTempDirectory("weft-cluster"), changed);
  }

  /** What its nodes serve as {@code same}: FP32 {@code x} of any length comes out as {@code y}. */
  public Path model() {
    return model;
  }

  /** Has a site's nodes share a journal in a process of its own. */
  public void shareJournal(String site) throws IOException {
    var place = folder.resolve(site);
    var host = ServerProcess.start(JournalHost.class, List.of(place.toString()));
    processes.add(host);
    journals.put(site, JournalHost.settings(place, host.ports().getFirst()));
  }

  /** A node on free ports; the first of all is the one that all join by. */
  public NodeTerms newNode(String site, String name, Role role) throws IOException {
    var free = freePorts(2);
    if (seed == 0) {
      seed = free.getFirst();
    }
    var own =
        "weft.persistence.journal { kind = embedded, folder = \"%s\" }%n"
            .formatted(folder.resolve(site + "-" + name));
    var settings = journals.getOrDefault(site, own) + changed;
    return new NodeTerms(site, name, role, free.get(0), free.get(1), seed, settings);
  }

  /** All at once, so that none is given twice. */
  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (var i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  /** Starts a node in this process. */
  public BenchNode startHere(NodeTerms terms) throws IOException {
    var node = BenchNode.start(terms, model);
    nodes.add(node);
    return node;
  }

  /** Starts nodes in one process of their own. */
  public ServerProcess startApart(NodeTerms... terms) throws IOException {
    var arguments = new ArrayList<>(List.of(model.toString()));
    for (var each : terms) {
      arguments.add(each.argument());
    }
    var process = ServerProcess.start(NodeServer.class, arguments);
    processes.add(process);
    return process;
  }

  /**
   * Waits until something holds.
   *
   * @return how long that took, in nanoseconds
   * @throws IllegalStateException if it does not within a minute
   */
  public static long until(String what, BooleanSupplier holds) throws InterruptedException {
    var begun = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - begun > WITHIN.toNanos()) {
        throw new IllegalStateException("%s: not within %s".formatted(what, WITHIN));
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return System.nanoTime() - begun;
  }

  /** Ends what runs, the nodes of this process first, and deletes all files. */
  @Override
  public void close() throws IOException {
    nodes.forEach(BenchNode::close);
    processes.forEach(ServerProcess::close);
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
