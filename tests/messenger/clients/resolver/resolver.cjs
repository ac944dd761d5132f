// By NODE_OPTIONS=--require, this makes graph.facebook.com be here: what connects to the name's port 443 gets ours, as in
// GRAPH_PORT. The client is not touched, and still speaks TLS to the name.
const net = require('node:net')

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...asked) {
  const [options] = Array.isArray(asked[0]) ? asked[0] : asked
  if (options && options.host === 'graph.facebook.com' && Number(options.port) === 443) {
    options.host = '127.0.0.1'
    options.port = Number(process.env.GRAPH_PORT)
  }
  return connect.apply(this, asked)
}
