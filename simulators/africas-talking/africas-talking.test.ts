import { expect, it } from "vitest";
import { createAfricasTalking } from "./africas-talking.ts";

const settings = {
  platformUrl: "http://127.0.0.1:1",
  environment: { AFRICAS_TALKING_API_KEY: "the key", AFRICAS_TALKING_USERNAME: "sandbox" },
};

function call(simulator: ReturnType<typeof createAfricasTalking>, method: string, address: string, body?: string, headers = {}) {
  const url = new URL(address, "http://sim.test");
  return simulator.handle(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }), url);
}

function send(simulator: ReturnType<typeof createAfricasTalking>, to: string, message: string, apiKey = "the key") {
  const form = new URLSearchParams({ username: "sandbox", to, message });
  return call(simulator, "POST", "/africas-talking/version1/messaging", form.toString(), { apiKey });
}

it("takes a message as the provider does and keeps it for its number, newest first", async () => {
  const simulator = createAfricasTalking(settings);
  const answer = await send(simulator, "+254711000001", "first");
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({
    SMSMessageData: {
      Message: "Sent to 1/1 Total Cost: KES 0.8000",
      Recipients: [{ statusCode: 101, number: "+254711000001", status: "Success", cost: "KES 0.8000" }],
    },
  });
  await send(simulator, "+254711000001,+254711000002", "second");
  for (const to of ["254711000001", "+254711000001", "%2B254711000001"]) {
    const { messages } = (await (await call(simulator, "GET", `/sim/sms?to=${to}`)).json()) as { messages: { text: string }[] };
    expect(messages.map(({ text }) => text)).toEqual(["second", "first"]);
  }
});

it("refuses a wrong key and delivers nothing", async () => {
  const simulator = createAfricasTalking(settings);
  expect((await send(simulator, "+254711000001", "x", "another key")).status).toBe(401);
  expect(await (await call(simulator, "GET", "/sim/sms")).json()).toEqual({ messages: [] });
});

it("answers the code that was set for a number and delivers nothing then", async () => {
  const simulator = createAfricasTalking(settings);
  await call(simulator, "POST", "/sim/africas-talking/behaviour", JSON.stringify({ to: "+254711000001", statusCode: 406 }));
  const refused = await (await send(simulator, "+254711000001", "x")).json();
  expect(refused).toMatchObject({ SMSMessageData: { Recipients: [{ statusCode: 406, status: "UserInBlacklist", messageId: "None" }] } });
  expect(await (await send(simulator, "0711", "x")).json()).toMatchObject({ SMSMessageData: { Recipients: [{ statusCode: 403 }] } });
  expect(await (await call(simulator, "GET", "/sim/sms")).json()).toEqual({ messages: [] });
  await call(simulator, "POST", "/sim/africas-talking/behaviour", JSON.stringify({ to: "254711000001", statusCode: null }));
  expect(await (await send(simulator, "+254711000001", "x")).json()).toMatchObject({
    SMSMessageData: { Recipients: [{ statusCode: 101 }] },
  });
});
