// fbmessenger, which knows no host but graph.facebook.com: reads {token, psid} on stdin, writes what it was told.
const { readFileSync } = require('node:fs')
const { Messenger, Text } = require('fbmessenger')

const wish = JSON.parse(readFileSync(0, 'utf8'))
const page = new Messenger({ pageAccessToken: wish.token })

async function day() {
  await page.setGetStarted('START')
  const profile = await page.getMessengerProfile(['get_started'])
  const people = await Promise.all([1, 2, 3, 4, 5].map(() => page.getUser(wish.psid)))
  const sent = []
  for (const text of ['One', 'Two', 'Three']) sent.push(await page.send(new Text(text), wish.psid))
  const refused = await page.send({ text: 'Hello' }, '2999999999999999').catch((error) => error.message)
  return { profile, person: people[0].first_name, sent: sent.length, refused }
}

day().then((told) => process.stdout.write(JSON.stringify(told)))
