package dev.weft.app.command;

import com.typesafe.config.ConfigFactory;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.json.Json;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.IdentityException;
import dev.weft.link.identity.Security;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/**
 * What an operator asks a node over its data link; with certificates, as {@code weft.link.tls}
 * names them.
 *
 * @param node its data link: {@code HOST:PORT}
 */
record NodeQuestion(String node, Duration patience) {

  /**
   * @return what it answers
   * @throws WrongUse if the address or the certificates cannot be used
   * @throws WorkFailed if it does not answer
   */
  String ask(String kind, byte[] payload) {
    var config = ConfigFactory.load();
    try (var security = Security.from(config);
        var peers =
            new Peers("operator", ExchangeSettings.from(config), security, new SecureRandom())) {
      var request = new Request(kind, 0, payload, patience);
      return switch (peers.at(Address.of(node)).ask(request).join()) {
        case Answer.Done(var answer) -> new String(answer, StandardCharsets.UTF_8);
        case Answer.Refused(var reason, _, var detail) ->
            throw new WorkFailed(
                "%s: %s, %s (expected: the data link of a node that runs)"
                    .formatted(node, reason, detail));
      };
    } catch (IllegalArgumentException | IdentityException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }

  /**
   * @return the object it answers with
   * @throws WrongUse as {@link #ask}
   * @throws WorkFailed as {@link #ask}, or saying why the node refuses
   */
  Map<String, Object> askObject(String kind, byte[] payload) {
    var answer = Json.readObject(ask(kind, payload));
    if (answer.containsKey("refused")) {
      throw new WorkFailed(String.valueOf(answer.get("refused")));
    }
    return answer;
  }
}
