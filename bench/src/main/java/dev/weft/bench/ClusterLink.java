package dev.weft.bench;

import dev.weft.bench.CpuPerCall.Sample;
import dev.weft.bench.echo.EchoServer;
import dev.weft.bench.echo.LinkCaller;
import dev.weft.bench.echo.PlainCaller;
import dev.weft.bench.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Requests over the data link against unary calls of plain gRPC, in turns, to one process. */
final class ClusterLink {

  private static final int ROUNDS = 3;
  private static final int MANY = 16;

  /** A payload's size in words and in bytes. */
  private record Size(String name, int bytes) {}

  private static final List<Size> SIZES =
      List.of(new Size("1KiB", 1 << 10), new Size("64KiB", 64 << 10), new Size("1MiB", 1 << 20));

  private ClusterLink() {}

  static void run(BenchOptions options, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    var taken =
        options.quick()
            ? new CpuPerCall(Duration.ofMillis(50), Duration.ofMillis(100))
            : new CpuPerCall(Duration.ofMillis(300), Duration.ofMillis(800));
    try (var server = ServerProcess.start(EchoServer.class, List.of());
        var link = new LinkCaller.Connection(server.ports().get(0));
        var plain = new PlainCaller.Connection(server.ports().get(1))) {
      var pids = List.of(server.pid());
      for (var round = 0; round < (options.quick() ? 1 : ROUNDS); round++) {
        for (var size : SIZES) {
          for (var atOnce : List.of(1, MANY)) {
            var name = "/%s/%d".formatted(size.name(), atOnce);
            taken.measure("plain" + name, plain.callers(atOnce, size.bytes()), pids);
            taken.measure("link" + name, link.callers(atOnce, size.bytes()), pids);
          }
        }
      }
    }
    for (var size : SIZES) {
      tell(taken, size.name() + "/1", "p50", "us", sample -> sample.micros(50), figures);
      tell(taken, size.name() + "/1", "p99", "us", sample -> sample.micros(99), figures);
      var many = size.name() + "/" + MANY;
      tell(taken, many, "cpu", "us", Sample::cpuMicros, figures);
      tell(taken, many, "rate", "1/s", Sample::perSecond, figures);
      tell(taken, many, "bytes", "MB/s", s -> s.perSecond() * size.bytes() / 1e6, figures);
    }
  }

  private static void tell(
      CpuPerCall taken,
      String name,
      String figure,
      String unit,
      ToDoubleFunction<Sample> value,
      Consumer<Figure> figures) {
    var spread = taken.spread("link/" + name, value);
    var plain = taken.spread("plain/" + name, value).median();
    figures.accept(
        Figure.of(
                ClusterBench.NAME,
                "link/%s/%s".formatted(name, figure),
                spread.median(),
                unit,
                taken.conditions("link/" + name, spread) + ", answers of 64 bytes, no TLS")
            .against("plain gRPC: %s %s".formatted(Numbers.plain(plain), unit)));
  }
}
