// A bot's day by messaging-api-messenger: reads {origin, token, …} on stdin, writes what the client understood.
const { readFileSync } = require('node:fs')
const { MessengerBatch, MessengerClient } = require('messaging-api-messenger')

const wish = JSON.parse(readFileSync(0, 'utf8'))
const client = new MessengerClient({
  accessToken: wish.token,
  appId: wish.app_id,
  appSecret: wish.app_secret,
  version: '19.0',
  origin: wish.origin,
})
const to = wish.psid
const balance = { type: 'postback', title: 'Balance', payload: 'BALANCE' }
const site = { type: 'web_url', title: 'Website', url: 'https://bank.example/' }

const days = {
  async conversation() {
    return {
      typing: await client.typingOn(to),
      text: await client.sendText(to, 'Hello', {
        quickReplies: [{ contentType: 'text', title: 'Balance', payload: 'BALANCE' }],
      }),
      buttons: await client.sendButtonTemplate(to, 'What next?', [balance, site]),
      cards: await client.sendGenericTemplate(to, [
        { title: 'Checking', subtitle: '2,418.07 USD', buttons: [balance] },
        { title: 'Savings', subtitle: '9,100.00 USD', defaultAction: { type: 'web_url', url: site.url } },
      ]),
      receipt: await client.sendReceiptTemplate(to, {
        recipientName: 'Maya',
        merchantName: 'Café Zoë',
        orderNumber: 'R-1001',
        currency: 'USD',
        paymentMethod: 'Visa 4021',
        timestamp: '1781535600',
        elements: [{ title: 'Espresso', quantity: 2, price: 7, currency: 'USD' }],
        summary: { subtotal: 7, totalTax: 0.5, totalCost: 7.5 },
      }),
      seen: await client.markSeen(to),
    }
  },
  async profile() {
    await client.setGetStarted('START')
    await client.setPersistentMenu([balance, site])
    await client.setGreeting('Your bank in a chat')
    await client.setIceBreakers([{ question: 'What is my balance?', payload: 'BALANCE' }])
    await client.setWhitelistedDomains(['https://bank.example'])
    await client.setAccountLinkingURL('https://bank.example/login')
    await client.setUserPersistentMenu(to, [site])
    const told = {
      started: await client.getGetStarted(),
      menu: await client.getPersistentMenu(),
      greeting: await client.getGreeting(),
      breakers: await client.getIceBreakers(),
      domains: await client.getWhitelistedDomains(),
      linking: await client.getAccountLinkingURL(),
      own: await client.getUserPersistentMenu(to),
    }
    await client.deleteUserPersistentMenu(to)
    await client.deletePersistentMenu()
    return { ...told, own_after: await client.getUserPersistentMenu(to), menu_after: await client.getPersistentMenu() }
  },
  async knowing() {
    return {
      page: await client.getPageInfo({ fields: ['id', 'name'] }),
      token: await client.debugToken(),
      person: await client.getUserProfile(to),
      more: await client.getUserProfile(to, { fields: ['locale', 'timezone'] }),
      nlp: await client.enableNLP(),
      stranger: await client.getUserProfile('2999999999999999').catch((error) => error.message),
    }
  },
  async personas() {
    const ana = { name: 'Ana', profilePictureUrl: 'https://bank.example/ana.png' }
    const ids = []
    for (let one = 0; one < 30; one += 1) ids.push((await client.createPersona(ana)).id)
    const told = { one: await client.getPersona(ids[0]), all: (await client.getAllPersonas()).map(({ id }) => id) }
    await client.sendText(to, 'A person is here', { personaId: ids[0] })
    return { ...told, ids, gone: await client.deletePersona(ids[0]), left: (await client.getAllPersonas()).length }
  },
  async routing() {
    const passed = await client.passThreadControlToPageInbox(to, 'wants a person')
    const owner = await client.getThreadOwner(to)
    const refused = await client.sendText(to, 'Me again').catch((error) => error.message)
    const taken = await client.takeThreadControl(to, 'done')
    return { passed, owner, refused, taken, back: await client.getThreadOwner(to), all: await client.getSecondaryReceivers() }
  },
  async webhook() {
    const app = `${wish.app_id}|${wish.app_secret}`
    const made = await client.createSubscription({ callbackUrl: wish.callback, verifyToken: 'verify-me', accessToken: app })
    return { made, all: await client.getSubscriptions({ accessToken: app }) }
  },
  async files() {
    const upload = await client.uploadImage('https://bank.example/card.png', { isReusable: true })
    await client.sendImage(to, { attachmentId: upload.attachmentId })
    const sent = await client.sendImage(to, Buffer.from(wish.picture, 'base64'), { filename: 'card.png' })
    return { upload, sent }
  },
  async batch() {
    const told = await client.sendBatch([
      MessengerBatch.sendText(to, 'One', { name: 'first', omitResponseOnSuccess: false }),
      MessengerBatch.sendText(to, 'Two', { dependsOn: 'first' }),
      MessengerBatch.getUserProfile(to, { fields: ['first_name'], accessToken: wish.token }),
      MessengerBatch.sendText('2999999999999999', 'Nobody'),
    ])
    return { codes: told.map(({ code }) => code), bodies: told.map(({ body }) => body) }
  },
}

days[wish.day]().then((told) => process.stdout.write(JSON.stringify(told)))
