package dev.weft.link.exchange;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * The settings {@code weft.link.exchange}, read once; {@code reference.conf} tells their meaning
 * and defaults.
 *
 * @param payloadBytesMax of a request and of an answer
 * @param partBytes of a payload that go at once
 * @param windowBytes that may be on their way unread
 * @param bytesPerSecond each side of a stream sends at most; 0 for no cap
 * @param lanes what a receiver grants each sender
 * @param arrivingBytesMax of requests that arrive or run, of all senders
 * @param runningMax requests that are carried out at once, of all senders
 * @param streamsMax senders at once
 * @param peersMax nodes that are asked at once
 * @param remembered of answers
 * @param heartbeat between two looks at a peer
 * @param silenceMax without a word, after which a connection is given up
 * @param connectTimeout until a peer has welcomed us
 * @param farewell that one who closes waits for what has arrived to be answered
 */
public record ExchangeSettings(
    int payloadBytesMax,
    int partBytes,
    int windowBytes,
    long bytesPerSecond,
    List<LaneLimit> lanes,
    long arrivingBytesMax,
    int runningMax,
    int streamsMax,
    int peersMax,
    MemoryRule remembered,
    Duration heartbeat,
    Duration silenceMax,
    Duration connectTimeout,
    Duration farewell,
    BreakerRule breaker) {

  /** A message is a part, or a list of sequences; whatever size of parts the other side has. */
  static final int MESSAGE_BYTES_MAX = 2 << 20;

  private static final int PART_BYTES_MAX = 1 << 20;
  private static final int WINDOW_BYTES_MIN = 65_535;

  public ExchangeSettings {
    lanes = List.copyOf(lanes);
    require(payloadBytesMax > 0, "payload-bytes-max", payloadBytesMax, "> 0");
    require(
        partBytes > 0 && partBytes <= PART_BYTES_MAX,
        "part-bytes",
        partBytes,
        "1 to " + PART_BYTES_MAX);
    require(windowBytes >= WINDOW_BYTES_MIN, "window-bytes", windowBytes, ">= 65535");
    require(bytesPerSecond >= 0, "bytes-per-second", bytesPerSecond, ">= 0");
    require(lanes.size() == Request.LANES, "lanes", lanes.size(), "" + Request.LANES);
    require(
        arrivingBytesMax >= payloadBytesMax,
        "arriving-bytes-max",
        arrivingBytesMax,
        ">= payload-bytes-max");
    require(runningMax > 0, "running-max", runningMax, "> 0");
    require(streamsMax > 0, "streams-max", streamsMax, "> 0");
    require(peersMax > 0, "peers-max", peersMax, "> 0");
    require(heartbeat.isPositive(), "heartbeat", heartbeat, "> 0");
    require(silenceMax.compareTo(heartbeat) > 0, "silence-max", silenceMax, "more than heartbeat");
    require(connectTimeout.isPositive(), "connect-timeout", connectTimeout, "> 0");
    require(!farewell.isNegative(), "farewell", farewell, ">= 0");
  }

  private static void require(boolean isRight, String name, Object value, String expected) {
    if (!isRight) {
      throw new IllegalArgumentException(
          "weft.link.exchange.%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }

  /**
   * @param config the whole
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming one that does not fit
   */
  public static ExchangeSettings from(Config config) {
    var exchange = config.getConfig("weft.link.exchange");
    var remembered = exchange.getConfig("remembered");
    var breaker = exchange.getConfig("breaker");
    return new ExchangeSettings(
        bytes(exchange, "payload-bytes-max"),
        bytes(exchange, "part-bytes"),
        bytes(exchange, "window-bytes"),
        exchange.getBytes("bytes-per-second"),
        exchange.getConfigList("lanes").stream()
            .map(lane -> new LaneLimit(lane.getInt("requests"), lane.getBytes("bytes")))
            .toList(),
        exchange.getBytes("arriving-bytes-max"),
        exchange.getInt("running-max"),
        exchange.getInt("streams-max"),
        exchange.getInt("peers-max"),
        new MemoryRule(
            remembered.getInt("answers"),
            remembered.getBytes("bytes"),
            remembered.getDuration("age"),
            remembered.getInt("sources")),
        exchange.getDuration("heartbeat"),
        exchange.getDuration("silence-max"),
        exchange.getDuration("connect-timeout"),
        exchange.getDuration("farewell"),
        new BreakerRule(
            breaker.getInt("failures-max"),
            breaker.getDuration("retry-after"),
            breaker.getDuration("open-min"),
            breaker.getDuration("open-max")));
  }

  private static int bytes(Config exchange, String name) {
    var bytes = exchange.getBytes(name);
    require(bytes <= Integer.MAX_VALUE, name, bytes, "<= " + Integer.MAX_VALUE);
    return bytes.intValue();
  }
}
