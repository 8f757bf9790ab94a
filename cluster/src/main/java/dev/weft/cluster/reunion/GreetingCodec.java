package dev.weft.cluster.reunion;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.cluster.codec.MessageCodec;
import dev.weft.cluster.site.SiteName;
import java.util.Set;

/** How greetings go from node to node: {@code weft/cluster/v1/reunion.proto}. */
public final class GreetingCodec extends MessageCodec<ReunionActor.Greeted> {

  private static final int IDENTIFIER = 5_743_005;
  private static final String MANIFEST = "cluster.greeting.v1";

  /** Called by Akka. */
  public GreetingCodec() {
    super(IDENTIFIER, MANIFEST, ReunionActor.Greeted.class);
  }

  @Override
  protected byte[] write(ReunionActor.Greeted greeted) {
    return message(greeted.greeting()).toByteArray();
  }

  @Override
  protected ReunionActor.Greeted read(byte[] bytes) throws InvalidProtocolBufferException {
    return new ReunionActor.Greeted(greeting(dev.weft.api.cluster.v1.Greeting.parseFrom(bytes)));
  }

  private static dev.weft.api.cluster.v1.Greeting message(Greeting greeting) {
    var message =
        dev.weft.api.cluster.v1.Greeting.newBuilder()
            .setFrom(message(greeting.from()))
            .addAllRoles(greeting.roles())
            .setVersion(greeting.version())
            .setExpected(greeting.expected())
            .setAnswer(greeting.isAnswer());
    greeting.around().forEach(life -> message.addAround(message(life)));
    return message.build();
  }

  private static dev.weft.api.cluster.v1.Life message(Life life) {
    return dev.weft.api.cluster.v1.Life.newBuilder()
        .setAddress(life.address())
        .setUid(life.uid())
        .setSite(life.site().text())
        .build();
  }

  private static Greeting greeting(dev.weft.api.cluster.v1.Greeting message) {
    return new Greeting(
        life(message.getFrom()),
        Set.copyOf(message.getRolesList()),
        message.getVersion(),
        message.getExpected(),
        message.getAnswer(),
        message.getAroundList().stream().map(GreetingCodec::life).toList());
  }

  private static Life life(dev.weft.api.cluster.v1.Life message) {
    return new Life(message.getAddress(), message.getUid(), new SiteName(message.getSite()));
  }
}
