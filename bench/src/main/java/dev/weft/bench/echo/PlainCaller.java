package dev.weft.bench.echo;

import com.typesafe.config.ConfigFactory;
import dev.weft.bench.load.EventLoad;
import dev.weft.link.exchange.ExchangeSettings;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks over plain gRPC. */
public final class PlainCaller implements EventLoad.Caller {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ManagedChannel channel;
  private final byte[] request;

  private PlainCaller(ManagedChannel channel, byte[] request) {
    this.channel = channel;
    this.request = request;
  }

  /** A connection over which others ask. */
  public static final class Connection implements AutoCloseable {

    private final ManagedChannel channel;

    /** Connects with the first call. */
    public Connection(int port) {
      this.channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .usePlaintext()
              .directExecutor()
              .flowControlWindow(ExchangeSettings.from(ConfigFactory.load()).windowBytes())
              .build();
    }

    /** So many callers that send so many bytes each time. */
    public List<PlainCaller> callers(int count, int bytes) {
      var callers = new ArrayList<PlainCaller>();
      for (var i = 0; i < count; i++) {
        callers.add(new PlainCaller(channel, new byte[bytes]));
      }
      return callers;
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }

  @Override
  public void send(EventLoad.End end) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    ClientCalls.asyncUnaryCall(
        channel.newCall(PlainCall.ASK, options),
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(byte[] answer) {}

          @Override
          public void onCompleted() {
            end.answered(true);
          }

          @Override
          public void onError(Throwable problem) {
            end.failed(new IllegalStateException(problem));
          }
        });
  }

  @Override
  public Duration backOff() {
    return PATIENCE;
  }
}
