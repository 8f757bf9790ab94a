package dev.weft.cluster.allocation;

import java.util.HashMap;
import java.util.Map;

/** Which node the devices of each shard are attached to, by where the shard's frames come. */
public final class Attachments {

  private static final double KEPT_RATE = 0.5;

  /** More than any other node can have. */
  private static final double KEPT_SHARE = 0.51;

  private Attachments() {}

  /**
   * @param arrivals frames in a second by shard, by node that they come to first
   * @param places the node that has each shard: it keeps it with half of what brings one, so that
   *     none swings whose frames come about so often
   * @return the node by shard, where one has most of a shard's frames
   */
  public static Map<String, String> of(
      Map<String, Map<Integer, Double>> arrivals,
      Map<String, String> places,
      LocalitySettings settings) {
    if (!settings.isOn()) {
      return Map.of();
    }
    var all = new HashMap<Integer, Double>();
    arrivals
        .values()
        .forEach(each -> each.forEach((shard, rate) -> all.merge(shard, rate, Double::sum)));
    var attached = new HashMap<String, String>();
    arrivals.forEach(
        (node, each) ->
            each.forEach(
                (number, rate) -> {
                  var shard = Integer.toString(number);
                  var isThere = node.equals(places.get(shard));
                  var least = isThere ? settings.rateMin() * KEPT_RATE : settings.rateMin();
                  var share = isThere ? KEPT_SHARE : settings.share();
                  if (rate >= least && rate >= share * all.getOrDefault(number, 0.0)) {
                    attached.put(shard, node);
                  }
                }));
    return attached;
  }
}
