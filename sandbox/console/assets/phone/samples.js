// One of each thing that can stand on a thread, as the platform's documents describe them; the words and numbers are made up.

const PICTURE = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160"><rect width="320" height="160" fill="#b98b3a"/>' +
  '<circle cx="160" cy="80" r="48" fill="#faf3e3"/></svg>');
const POSTBACK = { type: "postback", title: "More", payload: "MORE" };
const WEB = { type: "web_url", title: "See the order", url: "https://shop.example/orders/1001" };
const ACCOUNTS = [["Everyday Checking ··4411", "$2,418.07"], ["Rainy day ··0917", "$11,050.00"], ["Card ··7720", "$310.44 owed"]];

const template = (template_type, payload) => ({ attachment: { type: "template", payload: { template_type, ...payload } } });

const interactive = (type, more) => ({ type: "interactive", interactive: { type, body: { text: "Purchase of 412.90 USD at Bramblebox." }, ...more } });

export const PERSONAS = { 7001: { id: "7001", name: "Ana from the bank", profile_picture_url: PICTURE } };

/** [name, sender, content, more?] */
export const SAMPLES = [
  ["Text", "page", { text: "Good morning, Maya. I am the bank's assistant, a program.\nHelp: https://bank.example/help." }],
  ["What the person writes", "person", { text: "What did I spend at Café Ünïque? 🙂" }],
  ["An edited text", "person", { text: "What did I spend in June?", num_edit: 1 }],
  ["An answer to a message", "person", { text: "This one", reply_to: { mid: "m_text" } }],
  ["A tap on a button", "person", { postback: { title: "Get Started", payload: "START" } }],
  ["Quick replies", "page", {
    text: "Was this you?",
    quick_replies: [
      { content_type: "text", title: "It was me", payload: "YES", image_url: PICTURE },
      { content_type: "text", title: "Dispute", payload: "NO" },
      { content_type: "user_phone_number" }, { content_type: "user_email" },
    ],
  }],
  ["A persona", "page", { text: "Ana here. How can I help?" }, { persona: "7001" }],
  ["A message from the page's inbox", "inbox", { text: "I have looked at your dispute." }],
  ["A reaction of the person", "page", { text: "Your salary is there.", reaction: "❤" }],
  ["A reaction of the page", "page", { reaction: { mid: "m_text", action: "react", reaction: "like", emoji: "👍" } }],
  ["Generic template", "page", template("generic", {
    elements: [{
      title: "Parcel from Harbor Books", subtitle: "Out for delivery, today until 6 PM", image_url: PICTURE,
      default_action: { type: "web_url", url: "https://shop.example/track/1" }, buttons: [WEB, POSTBACK],
    }],
  })],
  ["Carousel", "page", template("generic", {
    elements: ACCOUNTS.map(([title, subtitle]) => ({ title, subtitle, buttons: [{ ...POSTBACK, payload: title }] })),
  })],
  ["Button template", "page", template("button", {
    text: "To see your balance here, sign in at your bank.",
    buttons: [
      { type: "account_link", url: "https://bot.example/login" }, { type: "account_unlink" },
      { type: "phone_number", title: "Call us", payload: "+15035550100" },
    ],
  })],
  ["Media template", "page", template("media", { elements: [{ media_type: "image", url: PICTURE, buttons: [POSTBACK] }] })],
  ["Receipt", "page", template("receipt", {
    recipient_name: "Maya Torres", merchant_name: "Harbor Books", order_number: "R-1001", currency: "USD",
    payment_method: "Visa ··4411", order_url: WEB.url, timestamp: "1781535600",
    elements: [
      { title: "The Tide Tables", subtitle: "Hardcover", quantity: 1, price: 24, currency: "USD", image_url: PICTURE },
      { title: "Postcards", quantity: 4, price: "6.00", currency: "USD" },
    ],
    address: { street_1: "12 Pier Road", street_2: "Apt 3", city: "Portland", postal_code: "97201", state: "OR", country: "US" },
    summary: { subtotal: 30, shipping_cost: 4.95, total_tax: 0, total_cost: 31.95 },
    adjustments: [{ name: "Reader's discount", amount: 3 }],
  })],
  ["Receipt in a currency without cents", "page", template("receipt", {
    recipient_name: "Maya Torres", merchant_name: "東京書店", order_number: "R-1002", currency: "JPY",
    payment_method: "Visa ··4411", summary: { total_cost: 4200 },
  })],
  ["Coupon", "page", template("coupon", {
    title: "5 % back at Harbor Books", subtitle: "Until June 30", coupon_code: "TIDE5", coupon_pre_message: "Here is your offer.",
    coupon_url: "https://bank.example/offers/1", coupon_url_button_title: "Activate", image_url: PICTURE,
  })],
  ["Asking for leave to send offers", "page", template("notification_messages", { title: "Offers of the week", payload: "OFFERS" })],
  ["Picture", "page", { attachment: { type: "image", payload: { url: PICTURE } } }],
  ["Pictures in a grid", "page", { attachments: [1, 2, 3].map(() => ({ type: "image", payload: { url: PICTURE } })) }],
  ["A picture that lies elsewhere", "page", { attachment: { type: "image", payload: { url: "https://cdn.example/logo.png" } } }],
  ["File", "page", { attachment: { type: "file", payload: { url: "https://bank.example/statement-june.pdf" } } }],
  ["A file by its id", "page", { attachment: { type: "video", payload: { attachment_id: "4571029384756102" } } }],
  ["A button that leads nowhere", "page", template("button", {
    text: "What a phone does not open:", buttons: [{ type: "web_url", title: "A script", url: "javascript:alert(1)" }],
  })],
  ["WhatsApp: text", "page", { type: "text", text: { body: "*Your balance* is _2,418.07 USD_. ~Pending~ `··4411`\nhttps://bank.example/help" } }],
  ["WhatsApp: reply buttons", "page", interactive("button", {
    header: { type: "text", text: "A large purchase" }, footer: { text: "Card ··7720" },
    action: { buttons: [["yes", "It was me"], ["no", "Dispute"]].map(([id, title]) => ({ type: "reply", reply: { id, title } })) },
  })],
  ["WhatsApp: list", "page", interactive("list", {
    action: {
      button: "Choose an account",
      sections: [{ title: "Chase", rows: ACCOUNTS.map(([title, description], id) => ({ id: String(id), title, description })) }],
    },
  })],
  ["WhatsApp: link", "page", interactive("cta_url", { action: { name: "cta_url", parameters: { display_text: "Log in at the bank", url: WEB.url } } })],
  ["WhatsApp: what was chosen", "person", {
    type: "interactive", interactive: { type: "list_reply", list_reply: { id: "1", title: "Rainy day ··0917", description: "$11,050.00" } },
    context: { from: "15550120001", id: "m_text" },
  }],
  ["WhatsApp: template", "page", {
    type: "template", template: { name: "delivery", language: { code: "en_US" } },
    shown: {
      header: { type: "text", text: "On its way" }, body: "Your parcel of *Harbor Books* comes today until 6 PM.", footer: "Sandbank",
      buttons: [{ type: "quick_reply", text: "Thanks", payload: "THANKS" }, { type: "url", text: "Track it", url: WEB.url }, { type: "copy_code", text: "Copy code", code: "TIDE5" }],
    },
  }],
  ["WhatsApp: picture", "page", { type: "image", image: { link: "https://bank.example/card.png", caption: "Your card" } }],
  ["WhatsApp: document", "page", { type: "document", document: { link: "https://bank.example/statement.pdf", filename: "Statement of June.pdf", caption: "June" } }],
  ["WhatsApp: place", "page", { type: "location", location: { latitude: 45.5152, longitude: -122.6784, name: "Chase, Pier Road", address: "12 Pier Road, Portland" } }],
  ["WhatsApp: contact", "page", { type: "contacts", contacts: [{ name: { formatted_name: "Card services" }, phones: [{ phone: "+1 503 555 0100" }] }] }],
];

/** As the thread tells them. */
export function sampleMessages() {
  return SAMPLES.map(([name, sender, content, more], place) => [name, {
    place, mid: place ? `m_${place}` : "m_text", at: "2026-06-15T15:00:00.000Z", sender, content, app_id: null, persona: null,
    messaging_type: null, tag: null, ...more,
  }]);
}
