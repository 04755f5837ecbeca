/** A message, as the common samples of chats over API Gateway's WebSockets send it: kept, and pushed to everyone there is. */

import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";

export async function handler(event) {
  // In the handler, as there: each event makes them anew.
  const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const { domainName, stage, connectionId, requestId } = event.requestContext;
  const endpoint = process.env.AWS_ENDPOINT_URL ?? `https://${domainName}/${stage}`;
  const sockets = new ApiGatewayManagementApiClient({ endpoint });

  const { data } = JSON.parse(event.body);
  const sentAt = new Date().toISOString();
  await tables.send(
    new PutCommand({ TableName: process.env.MESSAGES_TABLE, Item: { messageId: requestId, connectionId, sentAt, data } }),
  );
  const connections = await tables.send(new ScanCommand({ TableName: process.env.CONNECTIONS_TABLE }));
  await Promise.all(
    connections.Items.map(({ connectionId }) =>
      sockets.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data })),
    ),
  );
  return { statusCode: 200 };
}
