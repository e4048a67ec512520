/**
 * The bridge's AMQP client against a real RabbitMQ: set AMQP_URL (`amqp://guest:guest@127.0.0.1:5672`). Without one it is skipped, and
 * says so; the broker in memory shows everything but the protocol itself.
 */
import { connect } from "amqplib";
import { expect, it } from "vitest";
import { connectBroker } from "../../../bridge/main.ts";
import { EXCHANGE, Session } from "../../../bridge/session.ts";
import { until } from "./world.ts";

const NODE_ID = 41;

it("hears through a real broker what is meant for all and for its own node, in order, and again after a cut", async (context) => {
  const address = process.env.AMQP_URL;
  if (address === undefined) return context.skip("AMQP_URL names no RabbitMQ: the bridge's AMQP client is not tried against a real one");
  const publisher = await connect(address);
  const exchange = await publisher.createChannel();
  await exchange.assertExchange(EXCHANGE, "topic", { durable: true });
  const url = new URL(address);
  const settings = { host: url.hostname, port: Number(url.port), tls: false, password: url.password };
  const heard: string[] = [];
  let gaps = 0;
  let isOver = false;
  const session = new Session({
    connect: () => connectBroker(settings, url.username, "/"),
    ...{ nodeId: NODE_ID, random: () => 0, hasRoom: () => true, onMessage: (text) => heard.push(text) },
    onGap: () => {
      gaps += 1;
    },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const running = session.run(() => isOver);
  const say = (key: string, text: string) => void exchange.publish(EXCHANGE, key, Buffer.from(text));
  const sayUntilHeard = (text: string) =>
    until(text, () => {
      if (!heard.includes(text)) say("-.-.-.alive.-.-.-.-", text);
      return heard.includes(text);
    });
  await sayUntilHeard("first");
  heard.length = 0;
  say("hi.pre.live.odds_change.1.sr:match.1.-", "for all");
  say(`hi.pre.live.odds_change.1.sr:match.1.${NODE_ID}`, "for us");
  say(`hi.pre.live.odds_change.1.sr:match.1.${NODE_ID + 1}`, "for another node");
  say(`-.-.-.snapshot_complete.-.-.-.${NODE_ID}`, "complete");
  await until("the last message", () => heard.includes("complete"));
  expect(heard.filter((text) => text !== "first")).toEqual(["for all", "for us", "complete"]);
  const gapsBefore = gaps;
  await session.disconnect();
  await sayUntilHeard("again");
  expect(gaps).toBeGreaterThan(gapsBefore);
  isOver = true;
  await session.disconnect();
  await running;
  await publisher.close();
});
