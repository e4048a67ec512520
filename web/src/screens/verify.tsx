/** Verification of identity: the document's number goes to the identity authority; the answer is shown as it is. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { call } from "../api/client.ts";
import { SaidNo } from "../api/error.ts";
import type { IdentityCheck } from "../api/types.ts";
import { Field, Form } from "../components/field.tsx";
import { Icon } from "../components/icons.tsx";
import { t } from "../i18n/i18n.ts";
import { refreshProfile } from "../stores/account.ts";
import { profile } from "../stores/player.ts";
import { finishSheet, openSheet, sheet } from "../stores/sheet.ts";

/** The form asks for what the tenant's documents are called; the number's shape is checked by the server. */
const ID_TYPES: Readonly<Record<string, readonly string[]>> = {
  KE: ["NATIONAL_ID", "ALIEN_CARD", "PASSPORT"],
  NG: ["NIN_V2", "BVN"],
  GH: ["GHANA_CARD"],
};

export function Verify(): JSX.Element {
  const types = ID_TYPES[profile.value?.country ?? ""] ?? [];
  const idType = useSignal(types[0] ?? "NATIONAL_ID");
  const idNumber = useSignal("");
  const isDone = useSignal(profile.value?.is_verified === true);
  const send = async (): Promise<void> => {
    const body = { id_type: idType.value, id_number: idNumber.value.trim() };
    const answer = await call<IdentityCheck>("POST", "/api/kyc/verify-user", { body });
    if (!answer.verified) throw new SaidNo(answer.error_message ?? answer.status);
    await refreshProfile();
    isDone.value = true;
  };
  if (isDone.value) return <VerifyDone />;
  return (
    <Form action={t("verify")} send={send}>
      <p class="muted">{t("verify_why")}</p>
      <div class="field">
        <label for="id-type">{t("id_type")}</label>
        <select
          id="id-type"
          value={idType.value}
          onChange={(event) => {
            idType.value = event.currentTarget.value;
          }}
        >
          {types.map((type) => (
            <option key={type} value={type}>
              {type.replaceAll("_", " ").toLowerCase()}
            </option>
          ))}
        </select>
      </div>
      <Field label={t("id_number")} value={idNumber} autocomplete="off" required />
    </Form>
  );
}

function VerifyDone(): JSX.Element {
  const returnTo = sheet.value?.returnTo ?? null;
  return (
    <div class="placed" role="status">
      <span class="big-check">
        <Icon name="shield" />
      </span>
      <h3>{t("verify_done")}</h3>
      <button type="button" class="button brand" onClick={() => openSheet("deposit", returnTo)}>
        {t("deposit_now")}
      </button>
      <button type="button" class="button quiet" onClick={finishSheet}>
        {t("later")}
      </button>
    </div>
  );
}
