/** Passkeys in the browser: whether there are any, and the two things one does with them. */
import * as api from '../api/guard';

/** A secure place under a name (WebAuthn knows no addresses in numbers), and a browser that can. */
export function passkeysWork(): boolean {
  const named = !/^[\d.]+$|:/.test(location.hostname);
  return (
    isSecureContext &&
    named &&
    'PublicKeyCredential' in window &&
    'parseRequestOptionsFromJSON' in PublicKeyCredential
  );
}

/** Ask for a new passkey and give it to the node; false where the person let it be. */
export async function addPasskey(name: string): Promise<boolean> {
  const offer = await api.offerPasskey();
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(offer.options);
  const made = await quiet(navigator.credentials.create({ publicKey }));
  if (!(made instanceof PublicKeyCredential)) return false;
  await api.addPasskey(offer.ticket, made.toJSON(), name);
  return true;
}

/** Ask for a passkey to sign in with; null where the person let it be. */
export async function askPasskey(): Promise<api.Assertion | null> {
  const offer = await api.offerSignIn();
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(offer.options);
  const found = await quiet(navigator.credentials.get({ publicKey }));
  if (!(found instanceof PublicKeyCredential)) return null;
  return { ticket: offer.ticket, credential: found.toJSON() };
}

/** Nothing where the person said no, or took too long: that is no fault. */
async function quiet(asked: Promise<Credential | null>): Promise<Credential | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
