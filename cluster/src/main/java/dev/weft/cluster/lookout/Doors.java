package dev.weft.cluster.lookout;

import dev.weft.link.identity.Address;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Knocks at what nodes listen at; nothing is said over a connection that is taken. */
final class Doors {

  private final Duration timeout;

  /**
   * @param timeout of one connection
   */
  Doors(Duration timeout) {
    this.timeout = timeout;
  }

  /** Tries one connection to each; does not block, and never completes exceptionally. */
  CompletableFuture<Knock> knock(Neighbour neighbour) {
    return CompletableFuture.supplyAsync(
        () ->
            List.of(neighbour.actors(), neighbour.link()).stream().allMatch(this::isRefused)
                ? Knock.REFUSED
                : Knock.UNCLEAR,
        Thread::startVirtualThread);
  }

  private boolean isRefused(Address address) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.host(), address.port()), (int) timeout.toMillis());
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false; // No answer, no way there, or no such name: nobody says that it has ended.
    }
  }
}
