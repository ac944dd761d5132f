const place = document.getElementById("swagger-ui");
const { document: url, redirect, clientId, clientSecret } = place.dataset;
const ui = SwaggerUIBundle({
  url,
  domNode: place,
  oauth2RedirectUrl: new URL(redirect, window.location).href,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
ui.initOAuth({ clientId, clientSecret, usePkceWithAuthorizationCodeGrant: true });
