package dev.weft.gateway.grpc;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens, and closes connections beyond so many at once as they come. */
final class BoundedServerChannel extends NioServerSocketChannel {

  private final int connectionsMax;
  private final AtomicInteger open = new AtomicInteger();

  BoundedServerChannel(int connectionsMax) {
    this.connectionsMax = connectionsMax;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    var count = super.doReadMessages(accepted);
    if (count > 0) {
      var connection = (Channel) accepted.getLast();
      if (open.incrementAndGet() > connectionsMax) {
        open.decrementAndGet();
        accepted.removeLast();
        connection.unsafe().closeForcibly();
        return 0;
      }
      var _ = connection.closeFuture().addListener(_ -> open.decrementAndGet());
    }
    return count;
  }
}
