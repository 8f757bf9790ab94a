package dev.weft.app.cluster;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.node.MoveDesk;
import dev.weft.cluster.node.StatusDesk;
import dev.weft.fabric.json.Json;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the nodes of a cluster on this machine, which serve its sample, as clients and operators do.
 * It goes to where they listen, past whatever stands between the nodes. Threadsafe.
 */
public final class ClusterProbe implements AutoCloseable {

  private static final String VECTOR = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16";
  private static final int TOO_MANY = 429;
  private static final String SUM = "[2,4,6,8,10,12,14";
  private static final Duration STATUS_PATIENCE = Duration.ofSeconds(5);
  private static final Duration MOVE_PATIENCE = Duration.ofSeconds(20);
  private static final Duration FRAME_PATIENCE = Duration.ofSeconds(60);

  private final Security security = Security.none();
  private final Peers peers =
      new Peers("probe", ExchangeSettings.from(ConfigFactory.load()), security, new SecureRandom());
  private final HttpClient http = HttpClient.newHttpClient();

  /** What a client hears of a frame. */
  public record Reply(int status, String body) {

    /** Whether it is what the sample computes. */
    public boolean isRight() {
      return status == HttpURLConnection.HTTP_OK && body.contains(SUM);
    }

    /** Whether it says honestly that the frame has no answer, or may have none. */
    public boolean isRefusal() {
      return (status == TOO_MANY
              || status == HttpURLConnection.HTTP_UNAVAILABLE
              || status == HttpURLConnection.HTTP_GATEWAY_TIMEOUT)
          && body.contains("\"error\"");
    }
  }

  /** Whether it serves. */
  public boolean isReady(PlannedNode node) throws InterruptedException {
    var ready = HttpRequest.newBuilder(uri(node, "/v2/health/ready")).timeout(STATUS_PATIENCE);
    try {
      return http.send(ready.build(), body()).statusCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  private static URI uri(PlannedNode node, String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(node.http(), path));
  }

  private static HttpResponse.BodyHandler<String> body() {
    return HttpResponse.BodyHandlers.ofString();
  }

  /**
   * Has a frame of a session run.
   *
   * @throws IOException if the node is not reached, or goes before it has answered
   */
  public Reply frame(PlannedNode node, String session) throws IOException, InterruptedException {
    var body =
        """
        {"parameters": {"weft_session": "%s"}, "inputs": [
          {"name": "INPUT0", "datatype": "INT32", "shape": [1, 16], "data": [%s]},
          {"name": "INPUT1", "datatype": "INT32", "shape": [1, 16], "data": [%s]}]}
        """
            .formatted(session, VECTOR, VECTOR);
    var infer =
        HttpRequest.newBuilder(uri(node, "/v2/models/add-sub/infer"))
            .timeout(FRAME_PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    var answer = http.send(infer.build(), body());
    return new Reply(answer.statusCode(), answer.body());
  }

  /** Each member as a node sees it, for people. */
  public List<String> view(PlannedNode node) {
    return status(node)
        .map(status -> new StatusTable(status).rows().stream().map(Object::toString).toList())
        .orElse(List.of());
  }

  /** Members that a node sees up, and hears of; 0 if it says nothing. */
  public int up(PlannedNode node) {
    return status(node)
        .map(
            status ->
                (int)
                    new StatusTable(status)
                        .rows().stream()
                            .filter(row -> row.contains("up") && !row.get(2).isEmpty())
                            .count())
        .orElse(0);
  }

  /** How many frames went one way at a node; 0 if it says nothing. */
  public long frames(PlannedNode node, String way) {
    return status(node).orElse(Map.of()).get("frames") instanceof Map<?, ?> counts
            && counts.get(way) instanceof Number count
        ? count.longValue()
        : 0;
  }

  /** What a node sees of the cluster, as {@code StatusDesk} writes it; empty if it says nothing. */
  public Optional<Map<String, Object>> look(PlannedNode node) {
    return status(node);
  }

  private Optional<Map<String, Object>> status(PlannedNode node) {
    return ask(node, new Request(StatusDesk.KIND, 0, new byte[0], STATUS_PATIENCE));
  }

  /** Where a session lives: {@code site}, {@code node} and {@code epoch}, or {@code refused}. */
  public Optional<Map<String, Object>> where(PlannedNode at, String session) {
    return ask(at, new Request(MoveDesk.KIND, 0, MoveDesk.where(session), MOVE_PATIENCE));
  }

  /** Brings a session to a site; answers as {@link #where}. */
  public Optional<Map<String, Object>> move(PlannedNode at, String session, String to) {
    return ask(at, new Request(MoveDesk.KIND, 0, MoveDesk.request(session, to), MOVE_PATIENCE));
  }

  private Optional<Map<String, Object>> ask(PlannedNode node, Request request) {
    var link = Address.of("127.0.0.1", node.listens().link());
    return switch (peers.at(link).ask(request).join()) {
      case Answer.Done(var payload) ->
          Optional.of(Json.readObject(new String(payload, StandardCharsets.UTF_8)));
      case Answer.Refused _ -> Optional.empty();
    };
  }

  @Override
  public void close() {
    http.close();
    peers.close();
    security.close();
  }
}
