package dev.weft.cluster.reunion;

import dev.weft.cluster.site.SiteName;
import java.util.Comparator;

/**
 * One process of a node, as its cluster knows it.
 *
 * @param address of its actor system, such as {@code akka://weft@10.7.0.5:25520}
 * @param uid which tells it from those before and after it at the same address
 */
record Life(String address, long uid, SiteName site) {

  static final Comparator<Life> ORDER =
      Comparator.comparing(Life::address).thenComparingLong(Life::uid);

  boolean isAt(Life other) {
    return address.equals(other.address);
  }
}
