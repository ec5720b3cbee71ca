import ts from 'typescript';

const printer = ts.createPrinter({ removeComments: true });

/**
 * The text of a declaration as far as users depend on it: without comments, and without what is private.
 *
 * @param {import('typescript').Declaration} declaration
 * @returns {string}
 */
export function contractOf(declaration) {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const { transformed } = ts.transform(statement, [withoutPrivates]);
  return printer.printNode(ts.EmitHint.Unspecified, transformed[0], declaration.getSourceFile());
}

function withoutPrivates(context) {
  return (statement) => {
    if (!ts.isClassDeclaration(statement)) return statement;
    const members = statement.members.filter((member) => !isPrivate(member));
    const { modifiers, name, typeParameters, heritageClauses } = statement;
    return context.factory.updateClassDeclaration(
      statement,
      modifiers,
      name,
      typeParameters,
      heritageClauses,
      members,
    );
  };
}

const isPrivate = (member) =>
  (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
  (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
