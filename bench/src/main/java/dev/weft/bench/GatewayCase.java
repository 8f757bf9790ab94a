package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.gateway.Connection;
import dev.weft.bench.gateway.GrpcCaller;
import dev.weft.bench.gateway.HttpCaller;
import dev.weft.bench.gateway.HttpLoop;
import dev.weft.bench.gateway.HttpRequest;
import dev.weft.bench.gateway.LoadConnection;
import dev.weft.bench.gateway.ServedModel;
import dev.weft.bench.gateway.WireTensor;
import dev.weft.bench.load.ClosedLoad;
import dev.weft.bench.load.ClosedResult;
import dev.weft.bench.load.EventLoad;
import dev.weft.bench.process.ServerProcess;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * One model, served and raw, as many callers as wanted.
 *
 * @param outputDims of its first output
 */
record GatewayCase(
    String name, Path file, List<FrameInput> inputs, String output, long... outputDims) {

  /**
   * What one way gave in one round.
   *
   * @param cpuMicros CPU time of the server's process per call that completed
   */
  record Sample(ClosedResult result, double cpuMicros) {

    double micros(double percentile) {
      return result.waits().getValueAtPercentile(percentile) / 1e3;
    }

    /** The longest wait of any connection, in turns of all connections. */
    double slowestInTurns() {
      return result.slowestSeconds() * result.perSecond() / result.callers();
    }
  }

  /** How a request is written. */
  enum Way {
    BINARY("http-binary"),
    JSON("http-json"),
    GRPC("grpc"),
    PLAIN("plain");

    private final String word;

    Way(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }

    /** Connects to a server that told its ports, to call and wait. */
    Connection connect(List<Integer> ports, String model, List<WireTensor> inputs)
        throws IOException {
      return this == GRPC
          ? new GrpcCaller(ports.get(1), model, inputs)
          : new HttpCaller(ports.getFirst(), request(model, inputs));
    }

    /** Connects to a server that told its ports, as one of many. */
    LoadConnection connect(
        HttpLoop loop, List<Integer> ports, String model, List<WireTensor> inputs)
        throws IOException {
      return this == GRPC
          ? new GrpcCaller(ports.get(1), model, inputs)
          : loop.connect(ports.getFirst(), request(model, inputs));
    }

    private HttpRequest request(String model, List<WireTensor> inputs) {
      return switch (this) {
        case JSON -> HttpRequest.json(model, inputs);
        case PLAIN -> HttpRequest.bare(model, inputs);
        default -> HttpRequest.binary(model, inputs);
      };
    }
  }

  ServedModel served() {
    return new ServedModel(name, file, wire());
  }

  private List<WireTensor> wire() {
    return inputs.stream()
        .map(
            input ->
                new WireTensor(
                    input.name(),
                    input.datatype().name(),
                    LongStream.of(input.shape().toArray()).boxed().toList(),
                    input.content().toArray(ValueLayout.JAVA_BYTE)))
        .toList();
  }

  /** A caller of a server that listens. */
  Connection caller(ServerProcess server, Way way) throws IOException {
    return way.connect(server.ports(), name, wire());
  }

  /**
   * Callers of a server, each with a connection of its own.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  Sample served(ServerProcess server, Way way, int connections, Duration measured)
      throws IOException, InterruptedException {
    var callers = new ArrayList<LoadConnection>();
    try (var loop = new HttpLoop()) {
      for (var i = 0; i < connections; i++) {
        callers.add(way.connect(loop, server.ports(), name, wire()));
      }
      // Apart from what is measured, so that its CPU time is.
      var _ = EventLoad.run(callers, measured.dividedBy(4));
      var before = ProcessCpu.nanos(server.pid());
      var result = EventLoad.run(callers, measured);
      return sample(result, ProcessCpu.nanos(server.pid()) - before);
    } finally {
      for (var caller : callers) {
        caller.close();
      }
    }
  }

  /** The model alone, in a loop on each of so many threads of this process. */
  Sample raw(int threads, Duration measured) throws OrtException, InterruptedException {
    try (var chain = new RawChain(List.of(new RawModel(file)), inputs, output, outputDims)) {
      var callers = new ArrayList<Contender.Caller>();
      for (var i = 0; i < threads; i++) {
        callers.add(chain.newCaller());
      }
      var calls = callers.stream().<ClosedLoad.Caller>map(caller -> () -> ran(caller)).toList();
      var _ = ClosedLoad.run(calls, Duration.ZERO, measured.dividedBy(4));
      var before = ProcessCpu.nanos();
      var result = ClosedLoad.run(calls, Duration.ZERO, measured);
      var cpu = ProcessCpu.nanos() - before;
      callers.forEach(Contender.Caller::close);
      return sample(result, cpu);
    }
  }

  private static boolean ran(Contender.Caller caller) throws Exception {
    var _ = caller.runFrame();
    return true;
  }

  private static Sample sample(ClosedResult result, long cpuNanos) {
    return new Sample(result, cpuNanos / 1e3 / Math.max(1, result.completedCount()));
  }
}
