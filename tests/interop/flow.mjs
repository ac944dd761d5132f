// One client's whole life at one bank, by openid-client: reads {issuer, client_id, …} on stdin, writes what happened.
import * as client from 'openid-client'
import { readFileSync } from 'node:fs'

const wish = JSON.parse(readFileSync(0, 'utf8'))
const insecure = { execute: [client.allowInsecureRequests] }

/** A key that was given as a JWK, ready to sign. */
async function key(jwk) {
  const kinds = { RS256: 'RSASSA-PKCS1-v1_5', PS256: 'RSA-PSS' }
  const algorithm =
    jwk.kty === 'EC' ? { name: 'ECDSA', namedCurve: jwk.crv } : { name: kinds[jwk.alg], hash: 'SHA-256' }
  return { key: await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']), kid: jwk.kid }
}

async function proof() {
  if (wish.jwk) return client.PrivateKeyJwt(await key(wish.jwk))
  if (!wish.client_secret) return client.None()
  return wish.form ? client.ClientSecretPost(wish.client_secret) : client.ClientSecretBasic(wish.client_secret)
}

/** What the customer answers, without a browser. */
async function agree(url) {
  const answer = await fetch(`${wish.control}/_sandbox/authorize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: url.href, customer: wish.customer, decision: wish.decision ?? 'approve' }),
  })
  if (!answer.ok) throw new Error(`POST /_sandbox/authorize answers ${answer.status}: ${await answer.text()}`)
  return new URL((await answer.json()).redirect)
}

/** The error by which something failed, as the client library understood it. */
async function failure(attempt) {
  try {
    await attempt
    return null
  } catch (error) {
    return { error: error.error ?? error.code ?? error.name, status: error.status, description: error.error_description }
  }
}

const told = {}
const config = await client.discovery(
  new URL(wish.issuer),
  wish.client_id,
  { redirect_uris: [wish.redirect_uri], ...wish.metadata },
  await proof(),
  { algorithm: wish.algorithm ?? 'oauth2', ...insecure },
)
told.metadata = config.serverMetadata()

const dpop = wish.dpop ? client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) : undefined
const options = dpop ? { DPoP: dpop } : undefined
const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const nonce = wish.openid ? client.randomNonce() : undefined
const parameters = {
  redirect_uri: wish.redirect_uri,
  scope: wish.scope,
  state,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  ...(nonce ? { nonce } : {}),
  ...wish.parameters,
}
const url = wish.par
  ? await client.buildAuthorizationUrlWithPAR(config, parameters, options)
  : client.buildAuthorizationUrl(config, parameters)
const landed = await agree(url)
const checks = { pkceCodeVerifier: verifier, expectedState: state, ...(nonce ? { expectedNonce: nonce } : {}) }

if (wish.decision === 'deny') {
  told.denied = await failure(client.authorizationCodeGrant(config, landed, checks, undefined, options))
} else {
  const tokens = await client.authorizationCodeGrant(config, landed, checks, undefined, options)
  told.tokens = tokens
  told.claims = tokens.claims()
  told.replay = await failure(client.authorizationCodeGrant(config, landed, checks, undefined, options))
}
if (told.tokens && !wish.stop) {
  // The replay has ended what the code gave: once more, for a life of its own.
  const again = await agree(
    wish.par
      ? await client.buildAuthorizationUrlWithPAR(config, parameters, options)
      : client.buildAuthorizationUrl(config, parameters),
  )
  let tokens = await client.authorizationCodeGrant(config, again, checks, undefined, options)
  const read = (token) =>
    client.fetchProtectedResource(
      config, token, new URL(wish.accounts_url), 'GET', undefined, new Headers(wish.headers), options,
    )
  told.read = (await read(tokens.access_token)).status
  if (wish.openid) {
    const subject = tokens.claims().sub
    told.userinfo = await client.fetchUserInfo(config, tokens.access_token, subject, options)
  }
  if (told.metadata.introspection_endpoint) {
    told.introspected = await client.tokenIntrospection(config, tokens.access_token)
  }
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, options)
  told.refreshed = fresh
  told.read_again = (await read(fresh.access_token)).status
  const last = fresh.refresh_token ?? tokens.refresh_token
  await client.tokenRevocation(config, last)
  told.read_revoked = await failure(read(fresh.access_token))
  told.refresh_revoked = await failure(client.refreshTokenGrant(config, last, undefined, options))
  if (told.metadata.introspection_endpoint) {
    told.introspected_revoked = await client.tokenIntrospection(config, fresh.access_token)
  }
}
console.log(JSON.stringify(told))
