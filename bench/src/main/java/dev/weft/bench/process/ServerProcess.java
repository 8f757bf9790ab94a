package dev.weft.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A server in a process of its own, with this process' options; ends when it is closed. */
public final class ServerProcess implements AutoCloseable {

  /** What a server says on stdout when it listens, before its ports. */
  private static final String READY = "ready";

  private final Process process;
  private final List<Integer> ports;

  private ServerProcess(Process process, List<Integer> ports) {
    this.process = process;
    this.ports = List.copyOf(ports);
  }

  /**
   * Starts a server and waits until it listens.
   *
   * @param main its class
   * @throws IOException if it ends before that
   */
  public static ServerProcess start(Class<?> main, List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> !option.startsWith("-javaagent") && !option.startsWith("-agentlib"))
            .toList());
    command.add(main.getName());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    var process = builder.start();
    var reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var line = reader.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = reader.readLine();
    }
    if (line == null) {
      process.destroyForcibly();
      throw new IOException("%s ended before it was ready".formatted(main.getSimpleName()));
    }
    // Whatever else it says must not fill the pipe.
    Thread.ofVirtual().start(() -> reader.lines().forEach(_ -> {}));
    var ports = List.of(line.substring(READY.length() + 1).split(" "));
    return new ServerProcess(process, ports.stream().map(Integer::valueOf).toList());
  }

  /**
   * Says to the process that waits that this one listens, and waits until that one is gone, or asks
   * this one to end.
   */
  public static void serve(List<Integer> ports) throws IOException {
    System.out.println(
        READY + " " + String.join(" ", ports.stream().map(String::valueOf).toList()));
    while (System.in.read() >= 0) {
      // Nothing is sent; the stream ends with the process at its other end.
    }
  }

  /** The ports it listens on, in the order it told them. */
  public List<Integer> ports() {
    return ports;
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Asks it to end as it would by itself. Does not wait.
   *
   * @return completes when it has ended
   */
  public CompletableFuture<Process> end() throws IOException {
    process.getOutputStream().close();
    return process.onExit();
  }

  /** Ends it at once, as {@code kill -9} does. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
